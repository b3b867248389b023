# Raking (survey), weighted kappa (vcd), Mann and Whitney's test and exact shares (stats), for panels and rounds of a
# consultation. Rscript panel_pins.R in this folder; seconds.
suppressMessages({library(survey); library(vcd); library(jsonlite)})
set.seed(9)

# A panel of 60: three roles, two places, three sectors, raked to margins that it does not have.
n <- 60
people <- data.frame(
  role = sample(c("employers", "trade_unions", "jobseekers"), n, TRUE, c(.6, .25, .15)),
  geo = sample(c("EL42", "EL43"), n, TRUE, c(.3, .7)),
  sector = sample(c("I", "G", "R"), n, TRUE, c(.5, .3, .2))
)
margins <- list(
  role = c(employers = .4, trade_unions = .3, jobseekers = .3),
  geo = c(EL42 = .45, EL43 = .55),
  sector = c(I = .6, G = .25, R = .15)
)
population <- lapply(names(margins), function(d) {
  setNames(data.frame(names(margins[[d]]), n * as.numeric(margins[[d]])), c(d, "Freq"))
})
raked <- rake(
  svydesign(ids = ~1, weights = ~1, data = people), list(~role, ~geo, ~sector), population,
  control = list(maxit = 500, epsilon = 1e-12)
)
w <- as.numeric(weights(raked))

# Answers of the same 50 people in two rounds, steps 1 to 9.
first <- sample(1:9, 50, TRUE)
second <- pmin(pmax(first + sample(-2:2, 50, TRUE, c(.1, .2, .4, .2, .1)), 1), 9)
both <- table(factor(first, 1:9), factor(second, 1:9))
steps <- abs(outer(1:9, 1:9, "-"))
kappas <- list(
  linear = unname(Kappa(both, weights = 1 - steps / 8)$Weighted["value"]),
  quadratic = unname(Kappa(both, weights = 1 - steps^2 / 64)$Weighted["value"])
)

left <- sample(1:9, 12, TRUE)
stayed <- sample(3:9, 30, TRUE)
welch <- t.test(left, stayed)
shares <- list(c(0, 15), c(12, 15), c(31, 40), c(40, 40), c(150, 200))

write_json(list(
  raking = list(people = people, margins = lapply(margins, as.list), weights = w,
                effective = sum(w)^2 / sum(w^2)),
  kappa = list(first = first, second = second, linear = kappas$linear, quadratic = kappas$quadratic),
  leavers = list(left = left, stayed = stayed,
                 p = suppressWarnings(wilcox.test(left, stayed, exact = FALSE, correct = TRUE)$p.value),
                 difference = unname(diff(rev(welch$estimate))), interval = as.numeric(welch$conf.int),
                 holm = p.adjust(c(.01, .04, .03, .005), "holm")),
  shares = lapply(shares, function(s) list(count = s[1], n = s[2], interval = as.numeric(binom.test(s[1], s[2])$conf.int))),
  quantiles = list(values = first, at = c(.25, .5, .75),
                   type2 = unname(quantile(first, c(.25, .5, .75), type = 2))),
  passing = list(n = 15, share = .65, least = .75, chance = pbinom(11, 15, .65, lower.tail = FALSE))
), "panel_pins.json", digits = NA, auto_unbox = TRUE)
