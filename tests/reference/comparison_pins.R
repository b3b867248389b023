# Writes comparison_pins.json: what R finds on public data for distances, clusters, slopes and chains.
# Run in this folder: Rscript comparison_pins.R   (R is not needed to run the tests)
suppressMessages({
  library(cluster)
  library(mclust)
  library(fpc)
  library(sandwich)
  library(clubSandwich)
  library(plm)
  library(jsonlite)
})
options(digits = 17)

# ---- distances: the shrinkage written out observation by observation, then stats::mahalanobis -----------
ledoit_wolf <- function(x) {
  n <- nrow(x)
  p <- ncol(x)
  x <- sweep(x, 2, colMeans(x))
  s <- crossprod(x) / n
  m <- sum(diag(s)) / p
  d2 <- sum((s - m * diag(p))^2) / p
  b2 <- 0
  for (k in seq_len(n)) b2 <- b2 + sum((tcrossprod(x[k, ]) - s)^2) / p
  b2 <- min(b2 / n^2, d2)
  list(weight = b2 / d2, cov = b2 / d2 * m * diag(p) + (1 - b2 / d2) * s)
}
population <- function(x) apply(x, 2, function(v) (v - mean(v)) / sqrt(mean((v - mean(v))^2)))
distances <- function(data) {
  x <- population(as.matrix(data))
  shrunk <- ledoit_wolf(x)
  from <- function(i) sqrt(as.numeric(mahalanobis(x, x[i, ], shrunk$cov)))
  list(
    x = unname(as.matrix(data)), weight = shrunk$weight, cov = unname(shrunk$cov),
    first = from(1), tenth = from(10)
  )
}

# ---- clusters ---------------------------------------------------------------------------------------
clusters <- function(data) {
  x <- population(as.matrix(data))
  d <- dist(x)
  tree <- hclust(d, method = "ward.D2")
  cuts <- lapply(2:6, function(k) {
    labels <- cutree(tree, k)
    list(k = k, labels = unname(labels), silhouette = unname(silhouette(labels, d)[, "sil_width"]))
  })
  list(x = unname(as.matrix(data)), heights = tree$height, cuts = cuts)
}
set.seed(1)
one <- sample(1:4, 60, TRUE)
two <- sample(1:3, 60, TRUE)
two[1:30] <- one[1:30]
agreement <- list(
  one = one, two = two, adjusted_rand = adjustedRandIndex(one, two),
  jaccard = sapply(1:4, function(k) max(sapply(sort(unique(two)), function(j) clujaccard(one == k, two == j))))
)

# ---- slopes: HC3 and CR2 ------------------------------------------------------------------------------
slope <- function(formula, data, cluster, name) {
  f <- lm(formula, data)
  robust <- conf_int(f, vcov = vcovCR(f, cluster = cluster, type = "CR2"), test = "Satterthwaite")
  tested <- coef_test(f, vcov = vcovCR(f, cluster = cluster, type = "CR2"), test = "Satterthwaite")
  i <- which(names(coef(f)) == name)
  list(
    y = as.numeric(model.response(model.frame(f))), x = data[[name]],
    cluster = as.integer(factor(cluster)), estimate = unname(coef(f)[i]),
    hc3_se = sqrt(vcovHC(f, type = "HC3")[i, i]),
    cr2_se = tested$SE[i], df = tested$df_Satt[i], p = tested$p_Satt[i],
    low = robust$CI_L[i], high = robust$CI_U[i]
  )
}
data(Grunfeld, package = "plm")
chicks <- as.data.frame(ChickWeight)
chicks$Chick <- factor(as.character(chicks$Chick))
chicks <- chicks[as.integer(chicks$Chick) <= 20, ]
chicks$Chick <- droplevels(chicks$Chick)
uneven <- chicks[order(chicks$Chick, chicks$Time), ]
# The first chick keeps one row, the second two: clusters of very unequal size.
uneven <- uneven[!(uneven$Chick == levels(uneven$Chick)[1] & uneven$Time > 0), ]
uneven <- uneven[!(uneven$Chick == levels(uneven$Chick)[2] & uneven$Time > 2), ]
slopes <- list(
  grunfeld = slope(inv ~ value, Grunfeld, Grunfeld$firm, "value"),
  grunfeld_within = c(slope(inv ~ value + factor(firm), Grunfeld, Grunfeld$firm, "value"), within = TRUE),
  chicks = slope(weight ~ Time, uneven, uneven$Chick, "Time"),
  chicks_within = c(slope(weight ~ Time + Chick, chicks, chicks$Chick, "Time"), within = TRUE)
)

# ---- did a dispersion change: Pitman and Morgan by cor.test, its interval by solving the test ----------
paired <- function(first, last) {
  p <- function(ratio) cor.test(last / ratio + first, last / ratio - first)$p.value
  r <- sd(last) / sd(first)
  end <- function(a, b) uniroot(function(v) p(v) - 0.05, c(a, b), tol = 1e-13)$root
  list(first = first, last = last, ratio = r, p = p(1), low = end(r / 5, r), high = end(r, r * 5))
}
wide <- reshape(Grunfeld[, c("firm", "year", "value")], idvar = "firm", timevar = "year", direction = "wide")
dispersion <- list(
  iris = paired(iris$Sepal.Length, iris$Petal.Length),
  sleep = paired(sleep$extra[1:10], sleep$extra[11:20]),
  firms = paired(log(wide$value.1935), log(wide$value.1954))
)

# ---- chains -----------------------------------------------------------------------------------------
pairs <- data.frame(k = c(0, 1, 7, 20, 33, 40), n = c(12, 25, 40, 40, 40, 40))
intervals <- lapply(seq_len(nrow(pairs)), function(i) {
  ci <- suppressWarnings(prop.test(pairs$k[i], pairs$n[i], correct = FALSE)$conf.int)
  list(count = pairs$k[i], n = pairs$n[i], low = ci[1], high = ci[2])
})
set.seed(2)
times <- lapply(1:4, function(t) {
  m <- matrix(rpois(9, c(30, 8, 1, 9, 25, 7, 0, 6, 28) + t), 3, 3, byrow = TRUE)
  if (t > 0) m[1, 3] <- 0
  m
})
rows <- lapply(1:3, function(i) {
  t <- do.call(rbind, lapply(times, function(m) m[i, ]))
  t <- t[rowSums(t) > 0, colSums(t) > 0, drop = FALSE]
  suppressWarnings(chisq.test(t, correct = FALSE))
})
statistic <- sum(sapply(rows, function(r) r$statistic))
df <- sum(sapply(rows, function(r) r$parameter))
pooled <- Reduce(`+`, times)
e <- eigen(t(pooled / rowSums(pooled)))
stationary <- Re(e$vectors[, which.min(abs(e$values - 1))])
chain <- list(
  times = times, statistic = statistic, df = df, p = pchisq(statistic, df, lower.tail = FALSE),
  stationary = stationary / sum(stationary)
)

write_json(
  list(
    software = list(
      R = as.character(getRversion()), cluster = as.character(packageVersion("cluster")),
      mclust = as.character(packageVersion("mclust")), fpc = as.character(packageVersion("fpc")),
      sandwich = as.character(packageVersion("sandwich")),
      clubSandwich = as.character(packageVersion("clubSandwich"))
    ),
    distances = list(
      arrests = distances(USArrests), swiss = distances(swiss), iris = distances(iris[1:40, 1:4])
    ),
    clusters = list(arrests = clusters(USArrests), swiss = clusters(swiss)),
    agreement = agreement, slopes = slopes, dispersion = dispersion, intervals = intervals, chain = chain
  ),
  "comparison_pins.json", digits = NA, auto_unbox = TRUE
)
