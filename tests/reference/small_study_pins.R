# Writes small_study_pins.json: what metafor, clubSandwich and robumeta find about small-study bias on public data.
# Run in this folder: Rscript small_study_pins.R   (R is not needed to run the tests)
suppressMessages({
  library(metafor)
  library(clubSandwich)
  library(robumeta)
  library(numDeriv)
  library(jsonlite)
})
options(digits = 17)

plain <- function(data, study = NULL) {
  data <- data[!is.na(data$yi) & !is.na(data$vi), ]
  list(
    y = as.numeric(data$yi), v = as.numeric(data$vi),
    study = if (is.null(study)) seq_len(nrow(data)) else as.character(data[[study]])
  )
}
# As close to the top as rounding lets Fisher scoring come.
closely <- function(f, ...) {
  for (threshold in 10^-(14:8)) {
    out <- try(f(..., control = list(threshold = threshold, maxiter = 5000, tol = 1e-13)), silent = TRUE)
    if (!inherits(out, "try-error")) return(out)
  }
  stop("no convergence")
}

# ---- regression tests --------------------------------------------------------------------------------
regression <- function(d, ni = NULL) {
  one <- function(model, predictor) {
    base <- closely(rma, d$y, d$v)
    size <- if (is.null(ni)) rep(1, length(d$y)) else ni
    r <- regtest(base, model = model, predictor = predictor, ni = size, ret.fit = TRUE)
    b <- if (model == "lm") unname(coef(r$fit)) else as.numeric(r$fit$beta)
    list(
      stat = unname(r$zval), p = unname(r$pval), df = if (model == "lm") r$dfs else NA,
      limit = unname(b[1]), limit_low = unname(r$ci.lb), limit_high = unname(r$ci.ub), slope = unname(b[2])
    )
  }
  out <- list(y = d$y, v = d$v, mixed_se = one("rma", "sei"), mixed_v = one("rma", "vi"),
              classical_se = one("lm", "sei"), classical_v = one("lm", "vi"))
  if (!is.null(ni)) {
    out$n <- ni
    out$mixed_n <- one("rma", "sqrtninv")
    out$classical_n <- one("lm", "sqrtninv")
  }
  out
}

# ---- the same with several estimates per study --------------------------------------------------------
multilevel <- function(d) {
  frame <- data.frame(y = d$y, v = d$v, se = sqrt(d$v), study = d$study, estimate = seq_along(d$y))
  one <- function(x) {
    for (tolerance in 10^-(14:7)) {
      f <- try(rma.mv(y, v, mods = x, random = ~ 1 | study / estimate, data = frame, sparse = TRUE,
        control = list(optimizer = "nlminb", rel.tol = tolerance, iter.max = 1000, eval.max = 1000)
      ), silent = TRUE)
      if (!inherits(f, "try-error")) break
    }
    cr2 <- coef_test(f, vcov = vcovCR(f, type = "CR2", cluster = frame$study), test = "Satterthwaite")
    list(beta = as.numeric(f$beta), se = cr2$SE, df = cr2$df, p = cr2$p_Satt)
  }
  list(y = d$y, v = d$v, study = d$study, se = one(frame$se), v_ = one(frame$v))
}

# ---- trim and fill ------------------------------------------------------------------------------------
filled <- function(d) {
  one <- function(method, estimator, side = NULL) {
    base <- if (method == "EE") rma(d$y, d$v, method = "EE") else closely(rma, d$y, d$v)
    args <- list(base, estimator = estimator)
    if (!is.null(side)) args$side <- side
    f <- if (method == "EE") do.call(trimfill, args) else closely(function(...) do.call(trimfill, c(args, list(...))))
    list(k0 = f$k0, se_k0 = f$se.k0, p_k0 = f$p.k0, side = f$side, mean = as.numeric(f$beta), se = f$se,
         low = f$ci.lb, high = f$ci.ub, tau2 = f$tau2, y = as.numeric(f$yi), v = as.numeric(f$vi))
  }
  list(y = d$y, v = d$v, random_L0 = one("REML", "L0"), random_R0 = one("REML", "R0"),
       common_L0 = one("EE", "L0"), common_R0 = one("EE", "R0"),
       left = one("REML", "L0", "left"), right = one("REML", "L0", "right"))
}

# ---- step selection models ----------------------------------------------------------------------------
selected <- function(d, steps, alternative) {
  base <- closely(rma, d$y, d$v, method = "ML")
  # A loose optimiser stops in the fourth digit; begin it again where it stopped.
  s <- suppressWarnings(selmodel(base, type = "stepfun", alternative = alternative, steps = steps))
  for (tolerance in c(1e-10, 1e-12, 1e-13, 1e-14)) {
    con <- list(beta.init = as.numeric(s$beta), tau2.init = max(s$tau2, 1e-8), delta.init = pmin(pmax(s$delta, 1e-4), 99),
                reltol = tolerance, maxit = 2000)
    again <- try(suppressWarnings(selmodel(base, type = "stepfun", alternative = alternative, steps = steps, control = con)),
                 silent = TRUE)
    if (!inherits(again, "try-error") && again$ll >= s$ll) s <- again
  }
  list(y = d$y, v = d$v, study = d$study, steps = steps, alternative = alternative, mean = as.numeric(s$beta), se = s$se,
       tau2 = s$tau2, se_tau2 = s$se.tau2, delta = s$delta, se_delta = s$se.delta, loglik = s$ll,
       lrt = s$LRT, lrt_df = s$LRTdf, lrt_p = s$LRTp, counts = s$ptable$k)
}
# Cluster-robust standard error of the same fit: numerical scores and Hessian of the likelihood written out.
clustered <- function(p) {
  cut <- c(0, p$steps); side <- if (p$alternative == "less") -1 else 1
  y <- side * p$y; sd <- sqrt(p$v)
  pv <- if (p$alternative == "two.sided") 2 * pnorm(-abs(y / sd)) else pnorm(-y / sd)
  # A p-value that is zero in double precision belongs to the first interval.
  group <- pmax(1, findInterval(pv, cut, left.open = TRUE))
  rows <- function(par) {
    mu <- par[1]; s <- sqrt(p$v + par[2]); delta <- c(1, par[-(1:2)])
    seen <- 0
    for (j in seq_along(delta)) {
      if (p$alternative == "two.sided") {
        inner <- sd * qnorm(1 - cut[j + 1] / 2); outer <- sd * qnorm(1 - cut[j] / 2)
        mass <- pnorm(outer, mu, s) - pnorm(inner, mu, s) + pnorm(-inner, mu, s) - pnorm(-outer, mu, s)
      } else {
        mass <- pnorm(sd * qnorm(1 - cut[j]), mu, s) - pnorm(sd * qnorm(1 - cut[j + 1]), mu, s)
      }
      seen <- seen + delta[j] * mass
    }
    log(delta[group]) + dnorm(y, mu, s, log = TRUE) - log(seen)
  }
  at <- c(side * p$mean, p$tau2, p$delta[-1])
  stopifnot(abs(sum(rows(at)) - p$loglik) < 1e-8)
  scores <- jacobian(rows, at); inverse <- solve(-hessian(function(q) sum(rows(q)), at, method.args = list(r = 6)))
  total <- rowsum(scores, p$study); m <- nrow(total)
  sqrt(diag(inverse %*% crossprod(total) %*% inverse) * m / (m - 1))
}

# ---- corrected means for a given selection ratio ------------------------------------------------------
reweighted <- function(d, side, ratios = c(1, 2, 5, 20)) {
  y <- side * d$y; v <- d$v
  favoured <- y / sqrt(v) > qnorm(.975)
  tau2 <- closely(rma, y, v)$tau2
  one <- function(ratio) {
    times <- ifelse(favoured, 1, ratio)
    fixed <- rma(y, v, weights = times / v, method = "EE")
    frame <- data.frame(y = y, v = v, study = d$study, w = times / (v + tau2), target = v + tau2)
    line <- lm(y ~ 1, weights = w, data = frame)
    cr2 <- coef_test(line, vcov = vcovCR(line, cluster = frame$study, type = "CR2", target = frame$target, inverse_var = FALSE),
                     test = "Satterthwaite")
    rve <- robu(y ~ 1, data = frame, studynum = study, userweights = w, var.eff.size = v, small = TRUE)
    list(ratio = ratio, fixed = as.numeric(fixed$beta), fixed_se = fixed$se, robust = cr2$beta, se = cr2$SE, df = cr2$df,
         robu = rve$reg_table$b.r, robu_se = rve$reg_table$SE, robu_df = rve$reg_table$dfs)
  }
  others <- lapply(split(seq_along(y), favoured), function(i) rma(y[i], v[i], method = "EE"))
  list(y = d$y, v = d$v, study = d$study, side = side, affirmative = sum(favoured), tau2 = tau2, at = lapply(ratios, one),
       only_others = as.numeric(others[["FALSE"]]$beta), only_others_se = others[["FALSE"]]$se)
}

bcg <- plain(escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg))
egger <- escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.egger2001)
hackshaw <- plain(dat.hackshaw1998)
raudenbush <- plain(dat.raudenbush1985)
bangert <- plain(dat.bangertdrowns2004)
li <- plain(escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.li2007))
pignon <- plain(transform(dat.pignon2000, yi = OmE / V, vi = 1 / V))
baskerville <- plain(transform(dat.baskerville2012, yi = smd, vi = se^2))
lehmann <- dat.lehmann2018
lehmann <- plain(lehmann[!is.na(lehmann$yi) & lehmann$vi > 0, ], "Short_Title")
assink <- plain(dat.assink2016, "study")
knapp <- plain(dat.knapp2017, "study")
konstantopoulos <- plain(dat.konstantopoulos2011, "district")
crede <- plain(escalc("ZCOR", ri = ri, ni = ni, data = dat.crede2010), "studyid")

selections <- list(
  hackshaw1998 = selected(hackshaw, c(.05, .10, .50, 1), "greater"),
  hackshaw1998_two_sided = selected(hackshaw, c(.10, .50, 1), "two.sided"),
  bangertdrowns2004 = selected(bangert, c(.025, 1), "greater"),
  bangertdrowns2004_steps = selected(bangert, c(.025, .5, 1), "greater"),
  bangertdrowns2004_two_sided = selected(bangert, c(.05, .3, 1), "two.sided"),
  baskerville2012 = selected(baskerville, c(.05, 1), "greater"),
  bcg = selected(bcg, c(.025, 1), "less"),
  bcg_two_sided = selected(bcg, c(.05, 1), "two.sided"),
  li2007 = selected(li, c(.025, .5, 1), "less"),
  lehmann2018 = selected(lehmann, c(.025, .5, 1), "greater"),
  assink2016 = selected(assink, c(.025, .5, 1), "greater"),
  konstantopoulos2011 = selected(konstantopoulos, c(.025, .5, 1), "greater"),
  crede2010 = selected(crede, c(.001, .025, 1), "greater")
)
for (name in c("assink2016", "konstantopoulos2011", "crede2010", "lehmann2018", "bcg_two_sided")) {
  selections[[name]]$clustered <- clustered(selections[[name]])
}

pins <- list(
  software = list(R = R.version.string, metafor = as.character(packageVersion("metafor")),
    clubSandwich = as.character(packageVersion("clubSandwich")), robumeta = as.character(packageVersion("robumeta")),
    metadat = as.character(packageVersion("metadat"))),
  regression = list(
    bcg = regression(bcg), hackshaw1998 = regression(hackshaw), raudenbush1985 = regression(raudenbush),
    bangertdrowns2004 = regression(bangert, dat.bangertdrowns2004$ni), li2007 = regression(li),
    egger2001 = regression(plain(egger[-16, ]), (egger$n1i + egger$n2i)[-16])
  ),
  multilevel = list(assink2016 = multilevel(assink), konstantopoulos2011 = multilevel(konstantopoulos),
    knapp2017 = multilevel(knapp), crede2010 = multilevel(crede)),
  filled = list(bcg = filled(bcg), hackshaw1998 = filled(hackshaw), raudenbush1985 = filled(raudenbush),
    bangertdrowns2004 = filled(bangert), li2007 = filled(li), baskerville2012 = filled(baskerville)),
  selections = selections,
  reweighted = list(bcg = reweighted(bcg, -1), hackshaw1998 = reweighted(hackshaw, 1),
    bangertdrowns2004 = reweighted(bangert, 1), assink2016 = reweighted(assink, 1),
    konstantopoulos2011 = reweighted(konstantopoulos, 1))
)
write_json(pins, "small_study_pins.json", digits = NA, auto_unbox = TRUE, pretty = FALSE, matrix = "rowmajor", na = "null")
