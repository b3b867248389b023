# Writes prediction_pins.json: predicted means with CR2 and Satterthwaite df by metafor and clubSandwich.
# Run in this folder: Rscript prediction_pins.R   (R is not needed to run the tests)
suppressMessages({
  library(metafor)
  library(clubSandwich)
  library(jsonlite)
})
options(digits = 17)

# The tightest tolerance at which nlminb still reports convergence.
closely <- function(d) {
  for (tolerance in 10^-(14:8)) {
    f <- try(rma.mv(yi, vi, mods = ~ kind + number, random = ~ 1 | study / row, data = d,
                    control = list(rel.tol = tolerance, eval.max = 5000, iter.max = 5000)), silent = TRUE)
    if (!inherits(f, "try-error")) return(f)
  }
  stop("no convergence")
}

# One number and one category explain the effects; predicted at one value of each.
pin <- function(yi, vi, study, number, kind, at, level) {
  keep <- complete.cases(yi, vi, number, kind)
  d <- data.frame(yi = as.numeric(yi), vi = as.numeric(vi), study = as.character(study), number, kind)[keep, ]
  d$row <- seq_len(nrow(d))
  kinds <- sort(unique(d$kind))
  d$kind <- factor(d$kind, kinds)
  fit <- closely(d)
  x0 <- rbind(c(1, as.numeric(kinds[-1] == level), at))
  lc <- linear_contrast(fit, vcov = "CR2", cluster = d$study, contrasts = x0, test = "Satterthwaite")
  v <- vcovCR(fit, cluster = d$study, type = "CR2")
  mean <- drop(x0 %*% coef(fit))
  se <- sqrt(drop(x0 %*% as.matrix(v) %*% t(x0)))
  stopifnot(abs(se / lc$SE - 1) < 1e-10)
  # Shown is never less than what the studies' own precision gives.
  model_se <- sqrt(drop(x0 %*% vcov(fit) %*% t(x0)))
  cr2_se <- se
  se <- max(cr2_se, model_se)
  reach <- qt(.975, lc$df)
  far <- reach * sqrt(se^2 + sum(fit$sigma2))
  list(
    y = d$yi, v = d$vi, study = d$study, number = d$number, kind = as.character(d$kind), at = at, level = level,
    mean = mean, cr2_se = cr2_se, model_se = model_se, se = se, df = lc$df, low = mean - reach * se, high = mean + reach * se,
    prediction_low = mean - far, prediction_high = mean + far,
    sigma2_between = fit$sigma2[1], sigma2_within = fit$sigma2[2]
  )
}

a <- metadat::dat.assink2016
k <- metadat::dat.konstantopoulos2011
b <- metadat::dat.bornmann2007
b <- escalc(measure = "OR", ai = waward, n1i = wtotal, ci = maward, n2i = mtotal, data = b)
out <- list(
  assink2016 = pin(a$yi, a$vi, a$study, a$year + 20, a$deltype, 18, "general"),
  konstantopoulos2011 = pin(k$yi, k$vi, k$district, k$year - 1970, ifelse(k$school %% 2 == 0, "even", "odd"), 20, "odd"),
  bornmann2007 = pin(b$yi, b$vi, b$study, as.numeric(as.character(b$year)) - 1970, as.character(b$type), 24, "Grant")
)
write_json(out, "prediction_pins.json", digits = NA, auto_unbox = TRUE)
for (n in names(out)) cat(n, out[[n]]$mean, out[[n]]$se, out[[n]]$df, out[[n]]$sigma2_between, range(out[[n]]$number), "\n")
