# Prices of a job and paybacks, without the algebra of the package: Fieller's limits as the roots of the test itself
# (uniroot), the payback year by year in a loop. Run: Rscript tests/reference/returns_pins.R
library(jsonlite)
z <- qnorm(0.975)

fieller <- function(e, s, c, cs, cov) {
  told <- function(r) (c - r * e)^2 - z^2 * (cs^2 - 2 * r * cov + r^2 * s^2)
  # Prices from nothing to very large, close together where they are small; every change of sign is a limit.
  grid <- c(0, exp(seq(log(1), log(1e9), length.out = 20000)))
  values <- told(grid)
  turns <- which(diff(sign(values)) != 0)
  roots <- sapply(turns, function(i) uniroot(told, grid[c(i, i + 1)], tol = 1e-9)$root)
  bounded <- e - z * s > 0
  list(effect = e, se = s, cost = c, cost_se = cs, covariance = cov, value = c / e,
       low = roots[1], high = if (bounded) roots[2] else NULL)
}

prices <- list(
  fieller(0.06, 0.02, 3000, 0, 0),
  fieller(0.06, 0.02, 3000, 400, 0),
  fieller(0.06, 0.02, 3000, 400, -4),
  fieller(0.04, 0.03, 3000, 0, 0),
  fieller(0.04, 0.03, 3000, 400, 5),
  fieller(1.8, 0.4, 5200, 900, 100)
)

payback <- function(months, cost, public, income, discount, displacement, substitution) {
  net <- cost; willing <- 0; path <- cost
  for (t in seq_along(months)) {
    left <- months[t]
    if (left > 0) left <- left * (1 - substitution) * (1 - displacement)
    value <- 1 / (1 + discount)^(t - 0.5)
    net <- net - left * public * value
    willing <- willing + left * income * value
    path <- c(path, net)
  }
  list(months = months, cost = cost, public = public, income = income, discount = discount,
       displacement = displacement, substitution = substitution, net_cost = path, willingness = willing,
       mvpf = if (net > 0) willing / net else "infinite")
}

paybacks <- list(
  payback(c(-1, 1.5, 2), 3000, 900, 600, 0.03, 0.4, 0),
  payback(c(-2, 3, 4, 4, 4, 3), 4000, 1100, 500, 0.05, 0.2, 0.1),
  payback(c(0.5, 0.5), 800, 700, 900, 0, 0.65, 0)
)
write_json(list(r = R.version.string, prices = prices, paybacks = paybacks),
           "tests/reference/returns_pins.json", auto_unbox = TRUE, digits = 12, pretty = TRUE)
