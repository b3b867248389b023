# Hazards of a job and of entry by month without unobserved differences: glm with a complementary log-log link on
# person-months, and survreg (survival) on interval-censored exponential durations.
# Rscript tests/reference/timing_pins.R > tests/reference/timing_pins.json
suppressMessages({library(survival); library(jsonlite)})
set.seed(20261128)
n <- 600; end <- 20
x <- data.frame(x1 = rnorm(n), x2 = rbinom(n, 1, 0.4))
left <- rep(end, n); job <- rep(0, n); entered <- rep(-1, n)
for (i in seq_len(n)) for (j in seq_len(end)) {
  if (entered[i] < 0 && runif(1) < 1 - exp(-exp(-2.9 + 0.4 * x$x1[i]))) entered[i] <- j - 1
  d <- entered[i] >= 0
  if (runif(1) < 1 - exp(-exp(-2.3 + 0.5 * x$x2[i] - 0.02 * j + 0.4 * d))) { left[i] <- j; job[i] <- 1; break }
}
rows <- do.call(rbind, lapply(seq_len(n), function(i) {
  j <- seq_len(left[i])
  data.frame(i = i, j = j, x1 = x$x1[i], x2 = x$x2[i], job = as.integer(job[i] == 1 & j == left[i]),
             since = ifelse(entered[i] >= 0 & j > entered[i], j - entered[i], 0),
             waits = entered[i] < 0 | j <= entered[i] + 1, enters = as.integer(entered[i] == j - 1))
}))
piece <- function(j) cut(j, c(0, 2, 4, 9, Inf), labels = FALSE)
rows$piece <- factor(piece(rows$j)); rows$after <- cut(rows$since, c(-1, 0, 6, 12, Inf), labels = FALSE)
tight <- glm.control(epsilon = 1e-14, maxit = 100)
a <- glm(job ~ 0 + piece + x1 + x2 + I(after == 2) + I(after == 3) + I(after == 4), binomial("cloglog"), rows, control = tight)
b <- glm(enters ~ 0 + piece + x1 + x2, binomial("cloglog"), rows[rows$waits, ], control = tight)
plain <- data.frame(lower = ifelse(job == 1, left - 1, left), upper = ifelse(job == 1, left, NA), x)
plain$lower[plain$lower == 0] <- NA
s <- survreg(Surv(lower, upper, type = "interval2") ~ x1 + x2, plain, dist = "exponential",
             control = survreg.control(rel.tolerance = 1e-14, maxiter = 200))
r <- survreg(Surv(lower, upper, type = "interval2") ~ x1 + x2, plain, dist = "exponential", robust = TRUE,
             control = survreg.control(rel.tolerance = 1e-14, maxiter = 200))
cat(toJSON(list(
  software = c(R = as.character(getRversion()), survival = as.character(packageVersion("survival"))),
  data = data.frame(left, job, entered, x),
  job = list(coef = unname(coef(a)), loglik = as.numeric(logLik(a))),
  entry = list(coef = unname(coef(b)), loglik = as.numeric(logLik(b))),
  exponential = list(coef = unname(coef(s)), loglik = s$loglik[2], robust = unname(sqrt(diag(vcov(r)))))
), digits = 15, dataframe = "columns", auto_unbox = TRUE, pretty = FALSE), "\n")
