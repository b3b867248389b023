# Writes ordered_probit_pins.json: what MASS::polr and sandwich find for ordered probit models.
# Run in this folder: Rscript ordered_probit_pins.R   (R is not needed to run the tests)
suppressMessages({
  library(MASS)
  library(sandwich)
  library(metadat)
  library(jsonlite)
})
options(digits = 17)

# polr takes its Hessian by finite differences with steps of 1e-3, good to four or five digits; the same
# differences of its analytic scores, with Richardson's extrapolation, give nine.
information <- function(y, x, par) {
  p <- ncol(x)
  score <- function(par) {
    b <- par[seq_len(p)]
    cut <- c(-Inf, par[-seq_len(p)], Inf)
    eta <- drop(x %*% b)
    up <- cut[y + 1] - eta
    low <- cut[y] - eta
    pr <- pnorm(up) - pnorm(low)
    u <- dnorm(up) / pr
    l <- dnorm(low) / pr
    k <- max(y) - 1
    cuts <- sapply(seq_len(k), function(j) (y == j) * u - (y == j + 1) * l)
    cbind(-x * (u - l), cuts)
  }
  total <- function(par) colSums(score(par))
  hessian <- sapply(seq_along(par), function(j) {
    d <- function(h) {
      e <- replace(numeric(length(par)), j, h)
      (total(par + e) - total(par - e)) / (2 * h)
    }
    h <- 1e-3 * max(1, abs(par[j]))
    (64 * d(h / 4) - 20 * d(h / 2) + d(h)) / 45
  })
  list(hessian = (hessian + t(hessian)) / 2, scores = score(par))
}

study <- function(data, formula, cluster) {
  fit <- polr(formula, data = data, method = "probit", Hess = TRUE, control = list(reltol = 1e-15, maxit = 5000))
  x <- model.matrix(fit)[, -1, drop = FALSE]
  y <- as.integer(model.response(model.frame(fit)))
  par <- c(fit$coefficients, fit$zeta)
  exact <- information(y, x, par)
  # polr's optimiser leaves the seventh digit open: two Newton steps from where it stopped close it.
  for (step in 1:2) {
    par <- par - solve(exact$hessian, colSums(exact$scores))
    exact <- information(y, x, par)
  }
  stopifnot(max(abs(par - c(fit$coefficients, fit$zeta))) < 1e-4)
  bread <- solve(-exact$hessian)
  g <- length(unique(cluster))
  meat <- crossprod(rowsum(exact$scores, cluster))
  list(
    y = y - 1, x = unname(x), names = colnames(x), cluster = as.character(cluster),
    # As polr and sandwich give them.
    polr = list(
      beta = unname(fit$coefficients), cut = unname(fit$zeta), loglik = as.numeric(logLik(fit)),
      se = unname(sqrt(diag(vcov(fit)))),
      robust_se = unname(sqrt(diag(vcovCL(fit, cluster = cluster, type = "HC0", cadjust = TRUE))))
    ),
    # The same, brought to the top by Newton's method and with an exact Hessian.
    polished = list(
      par = unname(par), se = unname(sqrt(diag(bread))),
      robust_se = unname(sqrt(diag(bread %*% meat %*% bread * g / (g - 1))))
    )
  )
}

out <- list()

# 1. Satisfaction with housing, 1,681 tenants; clustered on the 24 cells of the table.
h <- housing[rep(seq_len(nrow(housing)), housing$Freq), ]
h$cell <- interaction(h$Infl, h$Type, h$Cont, drop = TRUE)
out$housing <- study(h, Sat ~ Infl + Type + Cont, as.integer(h$cell))

# 2. Writing-to-learn interventions: sign and size against one standard error of 46 effects, clustered on the
# first author, of whom three have two studies.
sign_of <- function(yi, vi) factor(findInterval(yi / sqrt(vi), c(-1, 1)), levels = 0:2, ordered = TRUE)
b <- dat.bangertdrowns2004
b <- b[!is.na(b$length) & !is.na(b$ni), ]
b$sign <- sign_of(b$yi, b$vi)
b$log_n <- log(b$ni)
out$bangertdrowns2004 <- study(b, sign ~ log_n + length, b$author)

# 3. Recidivism of juveniles, several effects per study, clustered on the study.
a <- dat.assink2016
a$z <- a$yi / sqrt(a$vi)
a$sign <- factor(ifelse(a$z > 1.96, 2, ifelse(a$z < -1.96, 0, 1)), ordered = TRUE)
a$deltype <- factor(a$deltype)
out$assink2016 <- study(a, sign ~ year + deltype, a$study)

# 4. Simulated: 40 samples with shared leanings, one category of four rarely met.
seed <- 20261123
set.seed(seed)
m <- rep(1:40, times = rep(c(1, 3, 8, 2), 10))
s <- data.frame(
  g = factor(sample(c("a", "b", "c", "d"), length(m), TRUE, c(.5, .3, .15, .05))),
  z = rnorm(length(m), 2000, 8), w = rexp(length(m))
)
lean <- rnorm(40, 0, .5)[m]
eta <- .6 * (s$g == "b") - .4 * (s$g == "c") + .03 * (s$z - 2000) + .2 * s$w + lean
s$y <- factor(findInterval(eta + rnorm(length(m)), c(-1, .7)), ordered = TRUE)
s$z <- s$z - 2000
out$simulated <- study(s, y ~ g + z + w, m)
out$simulated$seed <- seed

write_json(out, "ordered_probit_pins.json", digits = NA, auto_unbox = TRUE)
for (n in names(out)) {
  d <- out[[n]]
  cat(n, nrow(d$x), "rows", length(unique(d$cluster)), "clusters; par", format(d$polished$par, digits = 6), "\n")
  cat("  polr - polished:", format(max(abs(c(d$polr$beta, d$polr$cut) / d$polished$par - 1)), digits = 3),
      "se", format(max(abs(d$polr$se / d$polished$se - 1)), digits = 3),
      "robust", format(max(abs(d$polr$robust_se / d$polished$robust_se - 1)), digits = 3), "\n")
}
