# Exact intervals and tests for the ratio of two counts, from base R.
# Rscript tests/reference/balance_pins.R > tests/reference/balance_pins.json
cases <- list(c(20, 100), c(0, 7), (c(3, 0)), c(5, 5), c(120, 31), c(1, 1), c(2, 400))
rest <- c(800, 5000)
rows <- lapply(cases, function(x) {
  ci <- poisson.test(x)$conf.int
  n <- sum(x)
  up <- phyper(x[1] - 1, rest[1], rest[2], n, lower.tail = FALSE)
  down <- phyper(x[1], rest[1], rest[2], n)
  b <- min(1, 2 * min(pbinom(x[1], n, 0.5), pbinom(x[1] - 1, n, 0.5, lower.tail = FALSE)))
  sprintf('{"above": %d, "below": %d, "low": %.12g, "high": "%.12g", "fisher": %.12g, "equal": %.12g}',
          x[1], x[2], ci[1], ci[2], min(1, 2 * min(up, down)), b)
})
p <- c(0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216)
bh <- paste(tolower(p.adjust(p, "BH") <= 0.05), collapse = ", ")
cat(sprintf('{"R": "%s", "cells": [%s], "bh_p": [%s], "bh": [%s]}\n', getRversion(),
            paste(rows, collapse = ", "), paste(p, collapse = ", "), bh))
