# Writes robust_pins.json: what metafor, clubSandwich and robumeta find with correlated sampling errors (CHE),
# with moment working models (CORR, HIER), in joint tests and without single samples.
# Run in this folder: Rscript robust_pins.R   (R is not needed to run the tests)
suppressMessages({
  library(metafor)
  library(clubSandwich)
  library(robumeta)
  library(jsonlite)
})
options(digits = 17)

prepare <- function(y, v, study, x = NULL) {
  x <- cbind(rep(1, length(y)), x)
  keep <- !is.na(y) & !is.na(v) & complete.cases(x)
  list(
    y = as.numeric(y)[keep], v = as.numeric(v)[keep], study = as.character(study)[keep],
    x = unname(x[keep, , drop = FALSE])
  )
}

kinds <- c("CR0", "CR1", "CR2")
# Standard errors and degrees of freedom of each coefficient, and the joint test that all but the first are zero.
inference <- function(f, study, p) {
  out <- list()
  for (kind in kinds) {
    v <- vcovCR(f, type = kind, cluster = study)
    one <- coef_test(f, vcov = v, test = "Satterthwaite")
    out[[kind]] <- list(se = I(one$SE), df = I(one$df_Satt))
    if (p > 1) {
      w <- Wald_test(f, constraints = constrain_zero(2:p), vcov = v, test = "HTZ")
      out[[kind]]$joint <- list(f = w$Fstat, df_num = w$df_num, df_den = w$df_denom, p = w$p_val)
    }
  }
  out
}

# ---- correlated and hierarchical effects -----------------------------------------------------------
closely <- function(frame, V, x, method) {
  for (tolerance in 10^-(14:7)) {
    f <- try(rma.mv(frame$y, V,
      mods = x, intercept = FALSE, random = ~ 1 | study / estimate, data = frame, sparse = TRUE, method = method,
      control = list(optimizer = "nlminb", rel.tol = tolerance, iter.max = 1000, eval.max = 1000)
    ), silent = TRUE)
    if (!inherits(f, "try-error")) return(f)
  }
  stop(f)
}
che <- function(d, rho, method = "REML") {
  frame <- data.frame(y = d$y, v = d$v, study = d$study, estimate = seq_along(d$y))
  V <- vcalc(v, cluster = study, obs = estimate, rho = rho, data = frame)
  f <- closely(frame, V, d$x, method)
  p <- ncol(d$x)
  out <- c(d, list(
    rho = rho, method = method, beta = I(as.numeric(f$beta)), between = f$sigma2[1], within = f$sigma2[2],
    loglik = as.numeric(logLik(f)), model_se = I(f$se), robust = inference(f, frame$study, p)
  ))
  if (p > 1) {
    a <- anova(f, btt = 2:p)
    out$model_joint <- list(f = as.numeric(a$QM) / (p - 1), p = as.numeric(a$QMp))
  }
  out
}

# ---- robumeta's working models ---------------------------------------------------------------------
moments <- function(d, model, rho = 0.8) {
  p <- ncol(d$x)
  frame <- data.frame(y = d$y, v = d$v, study = d$study)
  formula <- "y ~ 1"
  for (i in seq_len(p)[-1]) {
    frame[[paste0("x", i)]] <- d$x[, i]
    formula <- paste0(formula, " + x", i)
  }
  f <- robu(as.formula(formula), frame, study, v, modelweights = model, rho = rho, small = TRUE)
  omega2 <- if (model == "HIER") as.numeric(f$mod_info$omega.sq) else 0
  c(d, list(
    model = model, rho = rho, beta = I(as.numeric(f$b.r)), between = as.numeric(f$mod_info$tau.sq), within = omega2,
    se = I(f$reg_table$SE), df = I(as.numeric(f$dfs)), robust = inference(f, frame$study, p)
  ))
}

# ---- without one sample ----------------------------------------------------------------------------
without <- function(d, rho, refit = FALSE) {
  frame <- data.frame(y = d$y, v = d$v, study = d$study, estimate = seq_along(d$y))
  V <- vcalc(v, cluster = study, obs = estimate, rho = rho, data = frame)
  f <- closely(frame, V, d$x, "REML")
  cook <- cooks.distance(f, cluster = frame$study, reestimate = refit)
  moved <- as.matrix(dfbetas(f, cluster = frame$study, reestimate = refit))
  stopifnot(identical(names(cook), rownames(moved)))
  c(d, list(
    rho = rho, between = f$sigma2[1], within = f$sigma2[2], samples = names(cook), refit = refit,
    cook = as.numeric(cook), dfbetas = unname(moved)
  ))
}

k <- dat.konstantopoulos2011
a <- dat.assink2016
c10 <- escalc("ZCOR", ri = ri, ni = ni, data = dat.crede2010)
b <- escalc("OR", ai = waward, n1i = wtotal, ci = maward, n2i = mtotal, data = dat.bornmann2007)
data(corrdat)
data(hierdat)
data(oswald2013)
o <- escalc("ZCOR", ri = R, ni = N, data = oswald2013)
konstantopoulos <- prepare(k$yi, k$vi, k$district)
konstantopoulos_year <- prepare(k$yi, k$vi, k$district, cbind(k$year - mean(k$year)))
assink <- prepare(a$yi, a$vi, a$study)
assink_four <- prepare(a$yi, a$vi, a$study, cbind(a$year, a$deltype == "general", a$deltype == "overt"))
crede <- prepare(c10$yi, c10$vi, c10$studyid)
crede_criterion <- prepare(
  c10$yi, c10$vi, c10$studyid, cbind(c10$criterion == "grade", c10$year - 1990)
)
bornmann <- prepare(b$yi, b$vi, b$study)
bornmann_type <- prepare(b$yi, b$vi, b$study, cbind(b$type == "Fellowship", b$year - 1995))
corr <- prepare(corrdat$effectsize, corrdat$var, corrdat$studyid)
corr_four <- prepare(
  corrdat$effectsize, corrdat$var, corrdat$studyid,
  cbind(corrdat$followup, corrdat$males, corrdat$binge, corrdat$college)
)
hier <- prepare(hierdat$effectsize, hierdat$var, hierdat$studyid)
hier_three <- prepare(
  hierdat$effectsize, hierdat$var, hierdat$studyid, cbind(hierdat$followup, hierdat$males, hierdat$binge)
)
oswald <- prepare(
  o$yi, o$vi, paste(o$Study, o$Sample.ID), cbind(o$IAT.Focus == "Stereotype", o$Crit.Domain == "Ethnicity")
)

pins <- list(
  software = list(
    R = R.version.string, metafor = as.character(packageVersion("metafor")),
    clubSandwich = as.character(packageVersion("clubSandwich")),
    robumeta = as.character(packageVersion("robumeta")), metadat = as.character(packageVersion("metadat"))
  ),
  che = list(
    konstantopoulos2011 = che(konstantopoulos, 0.6),
    konstantopoulos2011_year = che(konstantopoulos_year, 0.4),
    assink2016 = che(assink, 0.6),
    assink2016_four = che(assink_four, 0.6),
    assink2016_ml = che(assink_four, 0.3, "ML"),
    crede2010 = che(crede, 0.8),
    crede2010_criterion = che(crede_criterion, 0.5),
    bornmann2007 = che(bornmann, 0.7),
    bornmann2007_type = che(bornmann_type, 0.5)
  ),
  moments = list(
    corrdat = moments(corr, "CORR"),
    corrdat_four = moments(corr_four, "CORR"),
    corrdat_rho0 = moments(corr_four, "CORR", 0),
    oswald2013 = moments(oswald, "CORR", 0.5),
    assink2016_corr = moments(assink_four, "CORR"),
    crede2010_corr = moments(crede, "CORR"),
    hierdat = moments(hier, "HIER"),
    hierdat_three = moments(hier_three, "HIER"),
    assink2016_hier = moments(assink_four, "HIER"),
    konstantopoulos2011_hier = moments(konstantopoulos_year, "HIER"),
    bornmann2007_hier = moments(bornmann_type, "HIER")
  ),
  without = list(
    konstantopoulos2011 = without(konstantopoulos_year, 0),
    assink2016 = without(assink, 0.6),
    crede2010_criterion = without(crede_criterion, 0.5),
    konstantopoulos2011_refit = without(konstantopoulos_year, 0.4, TRUE)
  )
)
write_json(pins, "robust_pins.json", digits = NA, auto_unbox = TRUE, pretty = FALSE, matrix = "rowmajor")
