# Kappa with its large-sample standard error, plain and weighted, by vcd::Kappa (Debian r-cran-vcd).
# Rscript agreement_pins.R in this folder.
suppressMessages(library(vcd))
tables <- list(
  fleiss1969 = matrix(c(106, 10, 4, 22, 28, 10, 2, 12, 6), 3, byrow = TRUE),
  cohen1960 = matrix(c(88, 14, 18, 10, 40, 10, 2, 6, 12), 3, byrow = TRUE),
  skewed = matrix(c(118, 5, 2, 0), 2, byrow = TRUE),
  four = matrix(c(12, 3, 1, 0, 2, 20, 6, 1, 0, 4, 15, 3, 1, 0, 2, 9), 4, byrow = TRUE)
)
number <- function(x) sprintf("%.17g", x)
rows <- sapply(names(tables), function(name) {
  t <- tables[[name]]
  linear <- Kappa(t, weights = "Equal-Spacing")
  squared <- Kappa(t, weights = "Fleiss-Cohen")
  sprintf(
    '"%s": {"table": [%s], "plain": [%s, %s], "linear": [%s, %s], "squared": [%s, %s]}', name,
    paste(apply(t, 1, function(r) paste0("[", paste(r, collapse = ", "), "]")), collapse = ", "),
    number(linear$Unweighted["value"]), number(linear$Unweighted["ASE"]),
    number(linear$Weighted["value"]), number(linear$Weighted["ASE"]),
    number(squared$Weighted["value"]), number(squared$Weighted["ASE"])
  )
})
writeLines(paste0("{\n", paste0("  ", rows, collapse = ",\n"), "\n}"), "agreement_pins.json")
