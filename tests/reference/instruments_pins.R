# Two-stage least squares with CR2 / HC2 standard errors and Satterthwaite degrees of freedom (AER, clubSandwich,
# estimatr), and the first stage's robust F. Data are made here and written beside the results, so that both sides
# read the same bytes. Run: Rscript instruments_pins.R > instruments_pins.json
suppressPackageStartupMessages({library(AER); library(clubSandwich); library(estimatr)})
set.seed(6)
n <- 240
g <- rep(1:16, length.out = n)
z <- rbinom(n, 1, 0.5)
z2 <- rnorm(n)
x <- round(rnorm(n), 4)
u <- rnorm(n) + rnorm(16)[g] * 0.5
d <- as.numeric(0.9 * z + 0.5 * z2 + 0.4 * x + u + rnorm(n) > 0.6)
y <- round(1 + 1.5 * d + 0.7 * x + u + rnorm(n), 6)
y2 <- round(2 - 0.5 * d + 0.2 * x - 0.6 * u + rnorm(n), 6)
w <- round(runif(n, 0.5, 2), 3)
z2 <- round(z2, 4)
dat <- data.frame(g, z, z2, x, d, y, y2, w)
one <- function(formula, weights = NULL, cluster = dat$g) {
  dat$ww <- if (is.null(weights)) rep(1, n) else weights
  fit <- if (is.null(weights)) ivreg(formula, data = dat) else ivreg(formula, data = dat, weights = ww)
  V <- if (is.null(weights)) vcovCR(fit, cluster = cluster, type = "CR2") else
    vcovCR(fit, cluster = cluster, type = "CR2", target = 1 / dat$ww)
  t <- coef_test(fit, V, test = "Satterthwaite")
  list(estimate = unname(coef(fit)["d"]), se = t["d", "SE"], df = if ("df_Satt" %in% names(t)) t["d", "df_Satt"] else t["d", "df"])
}
hc2 <- iv_robust(y ~ d + x | z + x, data = dat, se_type = "HC2")
fs <- lm_robust(d ~ z + x, data = dat, se_type = "HC2")
fsg <- vcovCR(lm(d ~ z + x, data = dat), cluster = g, type = "CR2")
b <- coef(lm(d ~ z + x, data = dat))["z"]
out <- list(
  data = dat,
  one_instrument = one(y ~ d + x | z + x),
  two_instruments = one(y ~ d + x | z + z2 + x),
  weighted = one(y ~ d + x | z + x, w),
  weighted_rows = one(y ~ d + x | z + x, w, cluster = seq_len(n)),
  hc2 = list(estimate = unname(hc2$coefficients["d"]), se = unname(hc2$std.error["d"])),
  first_f_hc2 = unname((fs$coefficients["z"] / fs$std.error["z"])^2),
  first_f_cr2 = unname(b^2 / fsg["z", "z"])
)
cat(jsonlite::toJSON(out, auto_unbox = TRUE, digits = 16, dataframe = "columns"))
