# Writes estimation_pins.json: what clubSandwich and estimatr find with weighted, clustered and interacted regressions.
# Run in this folder: Rscript estimation_pins.R   (R is not needed to run the tests)
suppressMessages({
  library(clubSandwich)
  library(estimatr)
  library(jsonlite)
})
set.seed(20)

# Persons in clusters of very different size; arms by person, by cluster, and three arms; weights; a stratum.
world <- function(n, g, by_cluster, arms) {
  cluster <- sort(sample(g, n, replace = TRUE, prob = (1:g)^0.7))
  cluster <- as.integer(factor(cluster))
  g <- max(cluster)
  arm <- if (by_cluster) sample(rep(0:(arms - 1), length.out = g))[cluster] else sample(rep(0:(arms - 1), length.out = n))
  x1 <- rnorm(n) + rnorm(g)[cluster]
  x2 <- rexp(n)
  y <- 1 + 0.5 * arm + x1 - 0.3 * x2 * (arm > 0) + rnorm(g)[cluster] + rnorm(n) * (1 + x2)
  data.frame(y, arm, x1, x2, cluster, w = runif(n, 0.5, 2))
}

cases <- list(
  persons = world(90, 90, FALSE, 2), clusters = world(160, 12, TRUE, 2), within = world(150, 14, FALSE, 2),
  three = world(240, 30, TRUE, 3)
)
cases$persons$cluster <- seq_len(nrow(cases$persons))

found <- lapply(cases, function(d) {
  d$a <- factor(d$arm)
  many <- length(unique(d$cluster)) < nrow(d)
  k <- max(d$arm)
  rows <- 2:(k + 1)
  told <- function(f, v) {
    t <- coef_test(f, vcov = v, test = "Satterthwaite")
    list(estimate = I(t$beta[rows]), se = I(t$SE[rows]), df = I(t$df_Satt[rows]))
  }
  plain <- lm(y ~ a, d)
  common <- lm(y ~ a + x1 + x2, d)
  # Of the two square roots that a weighted CR2 may take, ours is that of rows multiplied by the root of their weight.
  weighted <- lm(y ~ a + x1 + x2, d, weights = w)
  design <- model.matrix(weighted) * sqrt(d$w)
  multiplied <- lm(I(y * sqrt(w)) ~ 0 + design, d)
  out <- list(
    data = as.list(d[c("y", "arm", "x1", "x2", "cluster", "w")]),
    difference = told(plain, vcovCR(plain, d$cluster, "CR2")),
    common = told(common, vcovCR(common, d$cluster, "CR2")),
    weighted = told(multiplied, vcovCR(multiplied, d$cluster, "CR2")),
    other_root = told(weighted, vcovCR(weighted, d$cluster, "CR2", target = 1 / d$w))
  )
  lin <- if (many) {
    lm_lin(y ~ a, covariates = ~ x1 + x2, data = d, clusters = cluster, se_type = "CR2")
  } else {
    lm_lin(y ~ a, covariates = ~ x1 + x2, data = d, se_type = "HC2")
  }
  out$lin <- list(estimate = I(unname(lin$coefficients[rows])), se = I(unname(lin$std.error[rows])))
  if (many) out$lin$df <- I(unname(lin$df[rows]))
  out
})
write_json(found, "estimation_pins.json", digits = 17, auto_unbox = TRUE)
