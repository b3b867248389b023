# Adaptive rules in the setting "migration" (Bryan et al. 2014 as calibrated by Kasy and Sautmann 2021), written from the paper's
# description alone: Beta(1, 1), chances of being best by drawing from the posterior, people one by one, no floor.
# Rscript tests/reference/adaptive_rules.R > tests/reference/adaptive_rules.csv   (about a minute)
set.seed(17)
theta <- c(0.5895954, 0.5679862, 0.3605442, 0.359736)
k <- length(theta); waves <- 10; size <- 93; trials <- 2000; draws <- 1000
shares <- function(rule, had, n) {
  if (rule == "uniform" || sum(n) == 0) return(rep(1 / k, k))
  drawn <- matrix(rbeta(k * draws, 1 + had, 1 + n - had), nrow = k)
  p <- tabulate(max.col(t(drawn)), k) / draws
  if (rule == "thompson") return(p)
  q <- p * (1 - p)
  if (sum(q) == 0) q <- ifelse(p == 1, 0.5, 0.5 / (k - 1))
  q / sum(q)
}
trial <- function(rule) {
  had <- n <- numeric(k)
  for (w in 1:waves) {
    arm <- sample.int(k, size, replace = TRUE, prob = shares(rule, had, n))
    y <- rbinom(size, 1, theta[arm])
    n <- n + tabulate(arm, k)
    had <- had + tabulate(arm[y == 1], k)
  }
  chosen <- which.max((1 + had) / (2 + n))
  c(sum(n * (max(theta) - theta)) / sum(n), max(theta) - theta[chosen], chosen == 1, n[1] / sum(n))
}
cat("rule,score,mean,se\n")
for (rule in c("uniform", "thompson", "exploration_sampling")) {
  out <- replicate(trials, trial(rule))
  names <- c("in_trial_regret", "policy_regret", "best_chosen", "to_best")
  for (i in 1:4) cat(rule, names[i], mean(out[i, ]), sd(out[i, ]) / sqrt(trials), sep = ",", fill = TRUE)
}
