# Best linear unbiased predictions of the hierarchical model of gains at fixed variances, from metafor's rma.mv: average by
# type, deviations by unemployment class (half shared by all types), places (half shared by all types of a study),
# correlated errors within studies. Run: Rscript gain_pins.R
suppressPackageStartupMessages({library(metafor); library(jsonlite)})
options(digits = 17)
d <- data.frame(
  type = c("a", "a", "a", "a", "b", "b", "b", "c", "c", "a", "b", "c"),
  sample = c("s1", "s1", "s2", "s3", "s3", "s4", "s5", "s5", "s6", "s7", "s7", "s8"),
  u = c(1, -1, 1, -1, -1, 1, -1, -1, 1, 1, 1, -1),
  effect = c(4.1, 1.2, 6.0, 0.4, 2.2, 3.9, -1.0, 0.3, 2.8, 5.5, 1.9, -2.2),
  se = c(1.1, 0.9, 1.6, 0.8, 1.0, 2.1, 1.4, 1.2, 0.7, 1.9, 1.3, 1.5)
)
var <- list(type = 1.7^2, unemployment = 1.3^2, place = 1.1^2)
same <- outer(d$sample, d$sample, "==")
V <- outer(d$se, d$se) * (0.5 * same + 0.5 * diag(nrow(d)))
d$all <- "x"; d$pair <- paste(d$sample, d$type)
fit <- rma.mv(effect, V, data = d,
  random = list(~ u | type, ~ u | all, ~ 1 | type, ~ 1 | sample, ~ 1 | pair), struct = c("GEN", "GEN"),
  tau2 = c(0, var$unemployment / 2), rho = 0, gamma2 = c(0, var$unemployment / 2), phi = 0,
  sigma2 = c(var$type, var$place / 2, var$place / 2))
r <- ranef(fit)
out <- list(software = paste("metafor", packageVersion("metafor")), data = d[, c("type", "sample", "u", "effect", "se")],
  variance = var, mean = c(fit$b), mean_se = fit$se, type = r$type$intrcpt, type_se = r$type$se, rows = rownames(r$type))
write_json(out, "gain_pins.json", digits = NA, auto_unbox = TRUE, pretty = TRUE)
