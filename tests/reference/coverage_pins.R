# What metafor and clubSandwich cover on the worlds of tests/evidence/coverage_worlds.py.
# Run: Rscript coverage_pins.R FOLDER   (about an hour and a half for 1,000 draws a world; worlds that
# coverage_pins.json already holds are not fitted again)
suppressMessages({library(metafor); library(clubSandwich); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
truth <- 2
pins <- if (file.exists("coverage_pins.json")) read_json("coverage_pins.json", simplifyVector = TRUE) else list(metafor = as.character(packageVersion("metafor")),
             clubSandwich = as.character(packageVersion("clubSandwich")), worlds = list())

one <- function(d) {
  fit <- try(rma(y, sei = se, data = d, method = "REML", test = "knha", control = list(maxiter = 1000)), TRUE)
  if (inherits(fit, "try-error")) return(c(NA, NA, NA, NA))
  dl <- rma(y, sei = se, data = d, method = "DL", test = "z")
  c(fit$ci.lb <= truth && truth <= fit$ci.ub, dl$ci.lb <= truth && truth <= dl$ci.ub, fit$beta[1], nrow(d) - 1)
}

many <- function(d) {
  d$id <- seq_len(nrow(d))
  fit <- try(rma.mv(y, se^2, random = ~ 1 | study / id, data = d, sparse = TRUE), TRUE)
  if (inherits(fit, "try-error")) return(c(NA, NA, NA, NA))
  r <- coef_test(fit, vcov = vcovCR(fit, type = "CR2", cluster = d$study), test = "Satterthwaite")
  reach <- qt(0.975, r$df) * r$SE
  dl <- rma(y, sei = se, data = d, method = "DL", test = "z")
  c(abs(fit$beta[1] - truth) <= reach, dl$ci.lb <= truth && truth <= dl$ci.ub, fit$beta[1], r$df)
}

for (file in sort(list.files(folder, pattern = "csv$", full.names = TRUE))) {
  name <- sub("\\.csv$", "", basename(file))
  all <- read.csv(file)
  if (!is.null(pins$worlds[[name]])) next
  run <- if (startsWith(name, "many")) many else one
  found <- t(sapply(split(all, all$draw), run))
  pins$worlds[[name]] <- list(
    draws = nrow(found), failed = sum(is.na(found[, 1])),
    held = sum(found[, 1], na.rm = TRUE), dl_wald_held = sum(found[, 2], na.rm = TRUE),
    df = mean(found[, 4], na.rm = TRUE), first_means = found[1:5, 3]
  )
  cat(name, mean(found[, 1], na.rm = TRUE), "\n")
  write_json(pins, "coverage_pins.json", auto_unbox = TRUE, digits = 10, pretty = TRUE)
}
