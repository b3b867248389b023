# Matching functions with cell and period effects: lm and glm with dummies, clubSandwich for CR1, CR2 and Satterthwaite
# degrees of freedom. Run in this folder: Rscript matching_function_pins.R
suppressMessages({library(clubSandwich); library(jsonlite)})

make <- function(seed, regions, occupations, periods, size, drop) {
  set.seed(seed)
  d <- expand.grid(period = seq_len(periods), occupation = seq_len(occupations), geo = seq_len(regions))
  cell <- (d$geo - 1) * occupations + d$occupation
  base <- exp(rnorm(regions * occupations, log(size), 0.7))
  d$unemployed <- pmax(1, rpois(nrow(d), base[cell] * exp(rnorm(nrow(d), 0, 0.3))))
  d$vacancies <- pmax(1, rpois(nrow(d), 0.5 * base[cell] * exp(rnorm(nrow(d), 0, 0.3))))
  shock <- rnorm(regions * periods, 0, 0.15)[(d$geo - 1) * periods + d$period]
  phi <- exp(rnorm(regions * occupations, log(0.2), 0.3))
  d$hires <- rpois(nrow(d), phi[cell] * d$unemployed^0.6 * d$vacancies^0.4 * exp(shock))
  d$cell <- cell
  if (drop > 0) d <- d[-sample(nrow(d), drop), ]
  d
}

contrast_of <- function(model, vcov, weights) {
  test <- linear_contrast(model, vcov = vcov, contrasts = matrix(weights, 1), test = "Satterthwaite")
  c(estimate = test$Est, se = test$SE, df = test$df)
}

results <- function(model, cluster, p, periods) {
  k <- sum(!is.na(coef(model)))
  unit <- function(...) { w <- rep(0, k); at <- c(...); w[at] <- 1; w }
  cr1 <- vcovCR(model, cluster = cluster, type = "CR1")
  cr2 <- vcovCR(model, cluster = cluster, type = "CR2")
  first <- contrast_of(model, cr2, unit(1))
  # The average of the effects of periods after the first, which stand behind the p slopes.
  average <- rep(0, k); average[p + seq_len(periods - 1)] <- 1 / periods
  out <- list(beta = unname(coef(model)[seq_len(p)]), cr1 = unname(sqrt(diag(as.matrix(cr1)))[seq_len(p)]), first = first,
              periods = contrast_of(model, cr2, average))
  if (p == 2) out$sum <- contrast_of(model, cr2, unit(1, 2))
  lapply(out, unname)
}

# The last weighted regression of a Poisson fit, in weighted residuals: bias-reduced linearisation there. vcovCR on the glm
# itself takes another square root of the same correction, up to 8% away in these data.
last_step <- function(model, X, offset) {
  w <- sqrt(fitted(model))
  z <- log(fitted(model)) - offset + (model$y - fitted(model)) / fitted(model)
  lm(w * z ~ 0 + I(w * X))
}

pin <- function(d) {
  n <- length(unique(d$period))
  d$when <- factor(d$period); d$place <- factor(d$cell)
  d$lu <- log(d$unemployed); d$lv <- log(d$vacancies)
  # Slopes first, then periods, then cells: the same order as ours.
  positive <- d[d$hires > 0, ]
  keep <- positive$cell %in% names(which(table(positive$cell) > 1))
  positive <- droplevels(positive[keep, ])
  alive <- d[d$cell %in% unique(d$cell[d$hires > 0]), ]
  alive <- droplevels(alive)
  # Period dummies drop the first level because all cells have one.
  free <- function(s) model.matrix(~ 0 + lu + lv + when, s)[, -3]
  tied <- function(s) model.matrix(~ 0 + I(lv - lu) + when, s)[, -2]
  cells <- function(s) model.matrix(~ 0 + place, s)
  frame <- function(s, X) { M <- cbind(X, cells(s)); colnames(M) <- make.names(colnames(M), TRUE); M }
  A <- frame(positive, free(positive)); B <- frame(positive, tied(positive))
  C <- frame(alive, free(alive)); D <- frame(alive, tied(alive))
  tight <- glm.control(epsilon = 1e-14, maxit = 100)
  list(
    data = d[, c("geo", "occupation", "period", "unemployed", "vacancies", "hires")],
    zeros = sum(d$hires == 0),
    log_free = results(lm(log(positive$hires) ~ 0 + A), positive$geo, 2, n),
    log_tied = results(lm(log(positive$hires) - positive$lu ~ 0 + B), positive$geo, 1, n),
    poisson_free = results(last_step(glm(alive$hires ~ 0 + C, family = poisson, control = tight), C, 0), alive$geo, 2, n),
    poisson_tied = results(last_step(glm(alive$hires ~ 0 + D + offset(alive$lu), family = poisson, control = tight), D, alive$lu),
                           alive$geo, 1, n))
}

pins <- list(balanced = pin(make(1, 8, 4, 10, 400, 0)), unbalanced = pin(make(2, 12, 3, 8, 60, 40)),
             thin = pin(make(3, 6, 5, 9, 12, 20)))
write_json(pins, "matching_function_pins.json", digits = 17, auto_unbox = TRUE, dataframe = "columns")
