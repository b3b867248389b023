# Power of trials: base R, pwr 1.3, mvtnorm, and formulae written out here from the papers they are in.
# Rscript tests/reference/sizing_pins.R > tests/reference/sizing_pins.json
suppressMessages({library(pwr); library(mvtnorm); library(jsonlite)})
out <- list()

# --- people, two arms of equal size: power.t.test, both tails
g <- expand.grid(n = c(5, 20, 64, 400), delta = c(0.2, 0.5, 1), alpha = c(0.01, 0.05, 0.1))
g$power <- mapply(function(n, d, a) power.t.test(n = n, delta = d, sd = 1, sig.level = a, strict = TRUE)$power,
                  g$n, g$delta, g$alpha)
out$t_test <- g
# power.t.test's own search stops at four digits; one to twelve is asked for
tight <- .Machine$double.eps^0.9
h <- data.frame(n = c(10, 64, 500), target = c(0.8, 0.9, 0.8))
h$delta <- mapply(function(n, t) power.t.test(n = n, power = t, sd = 1, strict = TRUE, tol = tight)$delta, h$n, h$target)
out$t_delta <- h
k <- data.frame(delta = c(0.2, 0.5, 0.8), target = c(0.8, 0.9, 0.8))
k$n <- mapply(function(d, t) ceiling(power.t.test(delta = d, power = t, sd = 1, strict = TRUE)$n), k$delta, k$target)
out$t_needed <- k

# --- shares: power.prop.test is another test (variance pooled under no effect), so it is near and not equal; beside it the
# test that we run (variances of both arms, Welch), written out
p <- data.frame(n = c(100, 400, 2000, 5000), p1 = c(0.3, 0.4, 0.1, 0.5), p2 = c(0.5, 0.48, 0.13, 0.52))
p$pooled <- mapply(function(n, a, b) power.prop.test(n = n, p1 = a, p2 = b, strict = TRUE)$power, p$n, p$p1, p$p2)
welch <- function(v, n, delta, alpha = 0.05) {
  s <- v / n; df <- sum(s)^2 / sum(s^2 / (n - 1)); q <- qt(1 - alpha / 2, df); z <- delta / sqrt(sum(s))
  pt(q, df, z, lower.tail = FALSE) + pt(-q, df, z)
}
p$welch <- mapply(function(n, a, b) welch(c(a * (1 - a), b * (1 - b)), c(n, n), b - a), p$n, p$p1, p$p2)
out$shares <- p

# --- pwr: unequal arms (pwr pools, n - 2 degrees of freedom) and pairs
u <- data.frame(n1 = c(20, 50, 300), n2 = c(60, 450, 100), d = c(0.6, 0.4, 0.3))
u$pwr <- mapply(function(a, b, d) pwr.t2n.test(n1 = a, n2 = b, d = d)$power, u$n1, u$n2, u$d)
u$welch <- mapply(function(a, b, d) welch(c(1, 1), c(a, b), d), u$n1, u$n2, u$d)
out$unequal <- u
r <- data.frame(pairs = c(3, 6, 20, 100), d = c(1.5, 1, 0.6, 0.3))
r$power <- mapply(function(n, d) pwr.t.test(n = n, d = d, type = "paired")$power, r$pairs, r$d)
out$pairs <- r

# --- groups: design effect of Donner & Klar / Eldridge, t with groups - 2, written out
cl <- expand.grid(groups = c(4, 12, 40), size = c(10, 40), icc = c(0, 0.01, 0.1))
cl$power <- with(cl, {
  v <- (1 + (size - 1) * icc) / (groups / 2 * size); df <- groups - 2; q <- qt(0.975, df); z <- 0.4 / sqrt(2 * v)
  pt(q, df, z, lower.tail = FALSE) + pt(-q, df, z)
})
out$groups <- cl

# --- stepped wedge: Hussey & Hughes (2007), eq. 8, against generalised least squares written out for a moving level
hh <- function(steps, per, m, sigma2, tau2) {
  X <- t(sapply(1:steps, function(s) as.numeric(0:steps >= s)))[rep(1:steps, each = per), , drop = FALSE]
  I <- nrow(X); T <- ncol(X); U <- sum(X); W <- sum(colSums(X)^2); V <- sum(rowSums(X)^2); s2 <- sigma2 / m
  I * s2 * (s2 + T * tau2) / ((I * U - W) * s2 + (U^2 + I * T * U - T * W - I * V) * tau2)
}
w <- expand.grid(steps = c(2, 4, 6), per = c(1, 3), m = c(5, 50), icc = c(0.01, 0.1))
w$variance <- mapply(function(s, p, m, i) hh(s, p, m, 1 - i, i), w$steps, w$per, w$m, w$icc)
out$hussey_hughes <- w
gls <- function(steps, per, m, sigma2, tau2, cac) {
  X <- t(sapply(1:steps, function(s) as.numeric(0:steps >= s)))[rep(1:steps, each = per), , drop = FALSE]
  T <- steps + 1; V <- tau2 * (cac * matrix(1, T, T) + (1 - cac) * diag(T)) + sigma2 / m * diag(T)
  info <- matrix(0, T + 1, T + 1)
  for (i in seq_len(nrow(X))) { D <- cbind(diag(T), X[i, ]); info <- info + t(D) %*% solve(V) %*% D }
  solve(info)[T + 1, T + 1]
}
m <- expand.grid(steps = c(2, 5), per = c(2), m = c(10, 80), icc = c(0.05), cac = c(0.3, 0.8, 1))
m$variance <- mapply(function(s, p, m, i, c) gls(s, p, m, 1 - i, i, c), m$steps, m$per, m$m, m$icc, m$cac)
out$moving <- m

# --- saturation: ordinary least squares on offered, not offered in treated places, with the covariance of random effects
satur <- function(places, size, icc, shares) {
  # shares: saturation -> number of places
  beta <- list(); XX <- matrix(0, 3, 3); mid <- matrix(0, 3, 3)
  for (k in seq_along(shares)) {
    s <- as.numeric(names(shares)[k]); on <- round(size * s); off <- size - on
    D <- rbind(matrix(rep(c(1, 1, 0), on), on, 3, byrow = TRUE),
               matrix(rep(c(1, 0, if (s > 0) 1 else 0), off), off, 3, byrow = TRUE))
    O <- icc * matrix(1, size, size) + (1 - icc) * diag(size)
    XX <- XX + shares[k] * t(D) %*% D; mid <- mid + shares[k] * t(D) %*% O %*% D
  }
  B <- solve(XX); V <- B %*% mid %*% B
  c(total = V[2, 2], spillover = V[3, 3])
}
s <- data.frame(icc = c(0, 0.05, 0.2))
v <- t(sapply(s$icc, function(i) satur(30, 20, i, c("0" = 10, "0.25" = 5, "0.5" = 10, "0.75" = 5))))
out$saturation <- cbind(s, v)

# --- Dunnett: two-sided limits with unequal arms, mvtnorm
lim <- function(alpha, n0, n, df) {
  l <- sqrt(n / (n0 + n)); R <- outer(l, l); diag(R) <- 1
  set.seed(1)
  uniroot(function(q) pmvt(rep(-q, length(n)), rep(q, length(n)), df = df, corr = R,
    algorithm = GenzBretz(maxpts = 2e6, abseps = 1e-7))[1] - (1 - alpha), c(1.5, 6), tol = 1e-7)$root
}
d <- list(list(alpha = 0.05, n0 = 10, n = c(10, 10), df = 27), list(alpha = 0.05, n0 = 20, n = c(10, 10, 10), df = 46),
          list(alpha = 0.01, n0 = 30, n = c(10, 20), df = 57), list(alpha = 0.05, n0 = 5, n = c(5, 5, 5, 5, 5), df = 24))
out$dunnett <- lapply(d, function(x) c(x, limit = lim(x$alpha, x$n0, x$n, x$df)))

# --- durations: Schoenfeld (1981) events, Freedman (1982) events, exponential times followed alike
e <- expand.grid(ratio = c(1.05, 1.2, 1.5, 2), share = c(0.5, 0.3))
zz <- qnorm(0.975) + qnorm(0.8)
e$schoenfeld <- zz^2 / (log(e$ratio)^2 * e$share * (1 - e$share))
phi <- (1 - e$share) / e$share
e$freedman <- zz^2 * (1 + e$ratio / phi)^2 / ((1 - e$ratio)^2 / phi)
# expected information of Cox's likelihood by R's own quadrature
cox <- function(rate, ratio, follow, n0, n1) {
  f <- function(t) { a <- n0 * rate * exp(-rate * t); b <- n1 * rate * ratio * exp(-rate * ratio * t); a * b / (a + b) }
  1 / integrate(f, 0, follow, rel.tol = 1e-10)$value
}
e$cox <- mapply(function(r, s) cox(log(2) / 8, r, 12, 500 * (1 - s), 500 * s), e$ratio, e$share)
out$durations <- e
cat(toJSON(out, digits = 12, auto_unbox = TRUE, pretty = FALSE))
