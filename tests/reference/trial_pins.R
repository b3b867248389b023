# Writes trial_pins.json: what base R, sandwich, clubSandwich, nlme, survival and mvtnorm find on the same trials.
# Run in this folder: Rscript trial_pins.R   (R is not needed to run the tests)
suppressMessages({
  library(sandwich)
  library(clubSandwich)
  library(nlme)
  library(survival)
  library(mvtnorm)
  library(jsonlite)
})
options(digits = 17)
set.seed(20261129)

# ---- people -------------------------------------------------------------------------------------------
n <- 157
arm <- sample(0:2, n, TRUE, c(0.5, 0.3, 0.2))
x <- cbind(rnorm(n), rbinom(n, 1, 0.4))
y <- 1 + 0.4 * (arm == 1) + 0.1 * (arm == 2) + 0.8 * x[, 1] + (1 + 0.5 * arm) * rnorm(n)
block <- sample(0:6, n, TRUE)
welch <- lapply(1:2, function(a) {
  t <- t.test(y[arm == a], y[arm == 0])
  list(effect = unname(t$estimate[1] - t$estimate[2]), se = t$stderr, df = unname(t$parameter), low = t$conf.int[1],
       high = t$conf.int[2], p = t$p.value)
})
xc <- scale(x, scale = FALSE)
f <- lm(y ~ factor(arm) * xc)
v <- vcovHC(f, type = "HC2")
lin <- list(effect = unname(coef(f)[2:3]), covariance = unname(v[2:3, 2:3]))
# Blocks weighed by their people: a regression in which arms meet centred blocks, HC2.
two <- arm < 2
d <- model.matrix(~ factor(block[two]))[, -1]
f <- lm(y[two] ~ arm[two] * scale(d, scale = FALSE))
blocks <- list(effect = unname(coef(f)[2]), se = sqrt(vcovHC(f, type = "HC2")[2, 2]))

# ---- groups -------------------------------------------------------------------------------------------
sizes <- c(3, 8, 15, 22, 4, 9, 31, 12, 7, 18, 5, 10, 26)
g <- rep(seq_along(sizes) - 1, sizes)
garm <- rep(c(0, 1, 0, 2, 1, 0, 2, 1, 0, 1, 2, 0, 1), sizes)
gx <- cbind(rnorm(length(sizes))[g + 1], rnorm(length(g)))
gy <- 0.3 * garm + 0.5 * gx[, 1] + 0.4 * gx[, 2] + 0.4 * rnorm(length(sizes))[g + 1] + rnorm(length(g))
cr2 <- function(f, rows) {
  v <- vcovCR(f, cluster = g, type = "CR2")
  t <- coef_test(f, vcov = v, test = "Satterthwaite")[rows, ]
  ci <- conf_int(f, vcov = v, test = "Satterthwaite")[rows, ]
  list(effect = t$beta, se = t$SE, df = t$df_Satt, p = t$p_Satt, covariance = unname(as.matrix(v)[rows, rows]),
       low = ci$CI_L, high = ci$CI_U)
}
groups <- cr2(lm(gy ~ factor(garm)), 2:3)
groups_x <- cr2(lm(gy ~ factor(garm) + gx), 2:3)

# ---- pairs --------------------------------------------------------------------------------------------
pg <- rep(0:15, c(5, 6, 9, 4, 12, 8, 7, 7, 3, 10, 14, 6, 5, 9, 8, 11))
py <- 0.3 * (pg %% 2) + 0.5 * rnorm(16)[pg + 1] + rnorm(length(pg))
m <- tapply(py, pg, mean)
t <- t.test(m[c(FALSE, TRUE)], m[c(TRUE, FALSE)], paired = TRUE)
pairs <- list(effect = unname(t$estimate), se = t$stderr, df = unname(t$parameter), p = t$p.value)

# ---- stepped wedge ------------------------------------------------------------------------------------
wedge_data <- function(groups, periods, per, between, moving, step) {
  w <- expand.grid(i = seq_len(per), period = seq_len(periods) - 1, group = seq_len(groups) - 1)
  level <- rnorm(groups, sd = between)
  moves <- matrix(rnorm(groups * periods, sd = moving), groups)
  w$x <- as.integer(w$period >= step[w$group + 1])
  w$y <- 0.1 * w$period + 0.3 * w$x + level[w$group + 1] + moves[cbind(w$group + 1, w$period + 1)] + rnorm(nrow(w))
  w
}
told <- function(f, w, row) {
  v <- vcovCR(f, cluster = w$group, type = "CR2")
  t <- coef_test(f, vcov = v, test = "Satterthwaite")[row, ]
  list(effect = t$beta, se = t$SE, df = t$df_Satt, model_se = sqrt(vcov(f)[row, row]), y = w$y, x = w$x, group = w$group,
       period = w$period)
}
tight <- lmeControl(opt = "nlminb", msMaxIter = 500, tolerance = 1e-12, msTol = 1e-14, returnObject = TRUE)
gtight <- glsControl(opt = "nlminb", msMaxIter = 500, tolerance = 1e-12, msTol = 1e-14, returnObject = TRUE)
w1 <- wedge_data(10, 6, 1, 0.9, 0, rep(1:5, 2))
one <- told(lme(y ~ factor(period) + x, random = ~ 1 | group, data = w1, control = tight), w1, 7)
f <- gls(y ~ factor(period) + x, correlation = corAR1(form = ~ period | group), data = w1, control = gtight)
decay <- told(f, w1, 7)
w2 <- wedge_data(9, 5, 7, 0.6, 0.7, rep(c(1, 2, 3, 4, 4, 3, 2, 1, 2)))
w2$cell <- interaction(w2$group, w2$period)
nested <- told(lme(y ~ factor(period) + x, random = ~ 1 | group / cell, data = w2, control = tight), w2, 6)

# ---- durations ----------------------------------------------------------------------------------------
time <- ceiling(rexp(length(g), 0.1 * exp(0.3 * (garm == 1) + 0.3 * gx[, 2])))
event <- as.integer(time <= 12)
time <- pmin(time, 12)
arms <- cbind(garm == 1, garm == 2) + 0
cox_of <- function(f) {
  list(beta = unname(coef(f)), covariance = unname(if (is.null(f$naive.var)) vcov(f) else f$naive.var),
       robust = if (is.null(f$naive.var)) NULL else unname(vcov(f)), loglik = f$loglik[2])
}
control <- coxph.control(eps = 1e-12, toler.inf = 1e-11, toler.chol = 1e-13, iter.max = 50)
plain <- coxph(Surv(time, event) ~ arms, ties = "efron", control = control)
survival_pins <- list(
  plain = c(cox_of(plain), list(dfbeta = unname(residuals(plain, type = "dfbeta")))),
  covariate = cox_of(coxph(Surv(time, event) ~ arms + gx, ties = "efron", control = control)),
  strata = cox_of(coxph(Surv(time, event) ~ arms + strata(block = gx[, 1] > 0), ties = "efron", control = control)),
  cluster = cox_of(coxph(Surv(time, event) ~ arms, cluster = g, ties = "efron", control = control))
)
survival_pins$covariate$dfbeta <- unname(residuals(
  coxph(Surv(time, event) ~ arms + gx + strata(gx[, 1] > 0), ties = "efron", control = control), type = "dfbeta"))

# ---- several arms -------------------------------------------------------------------------------------
dunnett <- list()
for (df in c(6, 25, Inf)) for (v in list(c(1, 1, 1), c(1, 2, 0.5, 0.7), c(0.3, 1, 1))) {
  k <- length(v) - 1
  s <- matrix(v[1], k, k) + diag(v[-1], k)
  r <- cov2cor(s)
  inside <- function(q) pmvt(rep(-q, k), rep(q, k), corr = r, df = if (is.finite(df)) df else 0,
                             algorithm = GenzBretz(maxpts = 5e6, abseps = 1e-8))[1]
  dunnett <- c(dunnett, list(list(df = if (is.finite(df)) df else 0, variances = v, q = c(1.5, 2.2, 3),
                                  inside = sapply(c(1.5, 2.2, 3), inside))))
}
p <- c(0.011, 0.02, 0.3, 0.04)

pins <- list(
  software = list(R = R.version.string, sandwich = as.character(packageVersion("sandwich")),
                  clubSandwich = as.character(packageVersion("clubSandwich")), nlme = as.character(packageVersion("nlme")),
                  survival = as.character(packageVersion("survival")), mvtnorm = as.character(packageVersion("mvtnorm"))),
  people = list(y = y, arm = arm, x = x, block = block, welch = welch, lin = lin, blocks = blocks),
  groups = list(y = gy, arm = garm, group = g, x = gx, cr2 = groups, cr2_x = groups_x),
  pairs = list(y = py, group = pg, paired = pairs),
  wedge = list(one = one, decay = decay, nested = nested),
  durations = c(list(time = time, event = event), survival_pins),
  several = list(dunnett = dunnett, p = p, holm = p.adjust(p, "holm"), bonferroni = p.adjust(p, "bonferroni"))
)
write_json(pins, "trial_pins.json", digits = NA, auto_unbox = TRUE, pretty = FALSE, matrix = "rowmajor")
