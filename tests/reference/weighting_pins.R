# Matching on covariates with the variance of Abadie and Imbens (Matching), balance statistics (MatchIt).
# Rscript tests/reference/weighting_pins.R > tests/reference/weighting_pins.json
suppressMessages({library(Matching); library(MatchIt); library(jsonlite)})
set.seed(20261128)
n <- 240
made <- data.frame(x1 = rnorm(n), x2 = sample(0:4, n, TRUE), x3 = rbinom(n, 1, 0.4))
made$treat <- rbinom(n, 1, plogis(-0.6 + 0.7 * made$x1 + 0.4 * made$x3))
made$y <- 2 + made$x1 + 0.5 * made$x2^2 - made$x3 + made$treat * (1 + made$x1) + rnorm(n)
data(lalonde, package = "Matching")
nsw <- lalonde[, c("age", "educ", "black", "hisp", "married", "nodegr", "re74", "re75")]
sets <- list(
  made = list(x = made[, 1:3], treat = made$treat, y = made$y),
  nsw = list(x = nsw, treat = lalonde$treat, y = lalonde$re78)
)
matching <- do.call(rbind, lapply(names(sets), function(name) {
  s <- sets[[name]]
  grid <- expand.grid(estimand = c("ATT", "ATE"), M = c(1, 2, 4), stringsAsFactors = FALSE)
  do.call(rbind, lapply(seq_len(nrow(grid)), function(i) {
    m <- Match(Y = s$y, Tr = s$treat, X = as.matrix(s$x), M = grid$M[i], estimand = grid$estimand[i],
               BiasAdjust = TRUE, Var.calc = 1, ties = TRUE, Weight = 1, distance.tolerance = 1e-9)
    data.frame(data = name, estimand = grid$estimand[i], M = grid$M[i], estimate = c(m$est), se = c(m$se))
  }))
}))
balance <- do.call(rbind, lapply(names(sets), function(name) {
  s <- sets[[name]]
  d <- cbind(s$x, treat = s$treat)
  w <- ifelse(d$treat == 1, 1, 0.2 + abs(sin(seq_len(nrow(d)))))
  plain <- summary(matchit(reformulate(names(s$x), "treat"), d, method = NULL, distance = d$treat * 0.5 + 0.2,
                           estimand = "ATE"))$sum.all
  plain <- plain[rownames(plain) != "distance", ]
  data.frame(data = name, column = rownames(plain), smd = plain[, "Std. Mean Diff."],
             ratio = plain[, "Var. Ratio"], ks = plain[, "eCDF Max"])
}))
cat(toJSON(list(
  software = c(R = as.character(getRversion()), Matching = as.character(packageVersion("Matching")),
               MatchIt = as.character(packageVersion("MatchIt"))),
  made = cbind(made), matching = matching, balance = balance
), digits = 15, dataframe = "columns", auto_unbox = TRUE, pretty = FALSE), "\n")
