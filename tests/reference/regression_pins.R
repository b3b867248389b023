# Writes regression_pins.json: what metafor, clubSandwich and robumeta find with moderators, and what
# they say of single studies and of the two variances.
# Run in this folder: Rscript regression_pins.R   (R is not needed to run the tests)
suppressMessages({
  library(metafor)
  library(clubSandwich)
  library(robumeta)
  library(jsonlite)
})
options(digits = 17)
RHO <- 0.6

# As close to the top as the optimiser can come and still report convergence.
closely_mv <- function(V, frame, mods) {
  for (tolerance in 10^-(14:7)) {
    f <- try(rma.mv(frame$y, V,
      mods = mods, random = ~ 1 | study / estimate, data = frame, sparse = TRUE,
      control = list(optimizer = "nlminb", rel.tol = tolerance, iter.max = 1000, eval.max = 1000)
    ), silent = TRUE)
    if (!inherits(f, "try-error")) return(f)
  }
  stop(f)
}

frame_of <- function(data, study, columns) {
  data <- data[!is.na(data$yi) & !is.na(data$vi), ]
  for (column in columns) data <- data[!is.na(data[[column]]), ]
  out <- data.frame(y = as.numeric(data$yi), v = as.numeric(data$vi), study = as.character(data[[study]]))
  for (column in columns) out[[column]] <- data[[column]]
  out$estimate <- seq_len(nrow(out))
  out
}

wald <- function(f, V, rows) {
  test <- Wald_test(f, constraints = constrain_zero(rows), vcov = V, test = "HTZ")
  list(rows = I(rows - 1L), f = test$Fstat, df_num = test$df_num, df_den = test$df_denom, p = test$p_val)
}

# ---- coefficients, robust errors, joint tests --------------------------------------------------------
fitted_mv <- function(frame, mods, rho) {
  V <- if (rho == 0) frame$v else impute_covariance_matrix(frame$v, cluster = frame$study, r = rho)
  f <- closely_mv(V, frame, mods)
  empty <- closely_mv(V, frame, ~ 1)
  x <- model.matrix(mods, frame)
  term <- attr(x, "assign")
  cr2 <- vcovCR(f, type = "CR2", cluster = frame$study)
  kinds <- lapply(c(CR0 = "CR0", CR1 = "CR1", CR2 = "CR2"), function(kind) {
    test <- coef_test(f, vcov = vcovCR(f, type = kind, cluster = frame$study), test = "Satterthwaite")
    list(se = test$SE, df = test$df_Satt, p = test$p_Satt, t = test$tstat)
  })
  if (is.null(kinds$CR2$df)) {
    kinds <- lapply(c(CR0 = "CR0", CR1 = "CR1", CR2 = "CR2"), function(kind) {
      test <- coef_test(f, vcov = vcovCR(f, type = kind, cluster = frame$study), test = "Satterthwaite")
      list(se = test$SE, df = test$df, p = test$p, t = test$tstat)
    })
  }
  list(
    beta = as.numeric(f$beta), model_se = f$se, sigma2_between = f$sigma2[1], sigma2_within = f$sigma2[2],
    loglik = as.numeric(logLik(f)), empty = f$sigma2[0], empty_variance = sum(empty$sigma2), kinds = kinds,
    omnibus = wald(f, cr2, which(term > 0)),
    terms = lapply(sort(unique(term[term > 0])), function(t) wald(f, cr2, which(term == t)))
  )
}

regression <- function(data, study, columns, mods, formula) {
  frame <- frame_of(data, study, columns)
  list(
    y = frame$y, v = frame$v, study = frame$study, formula = formula,
    columns = lapply(frame[columns], function(x) if (is.factor(x)) as.character(x) else x),
    independent = fitted_mv(frame, mods, 0), correlated = fitted_mv(frame, mods, RHO)
  )
}

# ---- one estimate per study, moderators, Knapp and Hartung ---------------------------------------------
single <- function(data, column) {
  x <- data[[column]]
  f <- rma(data$yi, data$vi, mods = ~ x, control = list(threshold = 1e-14, maxiter = 5000))
  list(
    y = as.numeric(data$yi), v = as.numeric(data$vi), x = x, beta = as.numeric(f$beta), se = f$se,
    tau2 = f$tau2, loglik = as.numeric(logLik(f))
  )
}

# ---- simple weights (robumeta) -------------------------------------------------------------------------
simple <- function(data, formula, model, rho) {
  f <- robu(formula, data = data, studynum = study, var.eff.size = v, rho = rho, modelweights = model, small = TRUE)
  out <- list(
    y = data$y, v = data$v, study = as.character(data$study), beta = f$reg_table$b.r, se = f$reg_table$SE,
    df = f$reg_table$dfs, tau2 = as.numeric(f$mod_info$tau.sq)
  )
  if (model == "HIER") out$omega2 <- as.numeric(f$mod_info$omega.sq)
  out
}

# ---- single studies and the two variances --------------------------------------------------------------
studies <- function(data, study, columns, mods, formula) {
  frame <- frame_of(data, study, columns)
  f <- closely_mv(frame$v, frame, mods)
  u <- ranef(f)[["study"]]
  ids <- unique(frame$study)
  cook <- cooks.distance(f, cluster = frame$study, reestimate = FALSE)
  dfb <- dfbetas(f, cluster = frame$study, reestimate = FALSE)
  refit <- lapply(ids, function(id) {
    kept <- frame[frame$study != id, ]
    g <- closely_mv(kept$v, kept, mods)
    list(beta = as.numeric(g$beta), between = g$sigma2[1], within = g$sigma2[2])
  })
  list(
    y = frame$y, v = frame$v, study = frame$study, formula = formula,
    columns = lapply(frame[columns], function(x) if (is.factor(x)) as.character(x) else x),
    ranef = list(study = rownames(u), value = u$intrcpt, se = u$se, low = u$pi.lb, high = u$pi.ub),
    cook = list(study = names(cook), value = as.numeric(cook)),
    dfbetas = list(study = rownames(dfb), value = unname(as.matrix(dfb))),
    hat = list(study = ids, value = as.numeric(tapply(hatvalues(f), frame$study, sum)[ids])),
    refit = list(study = ids, beta = lapply(refit, `[[`, "beta"),
      between = sapply(refit, `[[`, "between"), within = sapply(refit, `[[`, "within"))
  )
}

blups <- function(data) {
  f <- rma(data$yi, data$vi, control = list(threshold = 1e-14, maxiter = 5000))
  b <- blup(f)
  u <- ranef(f)
  list(
    y = as.numeric(data$yi), v = as.numeric(data$vi), tau2 = f$tau2, pred = b$pred, se = b$se,
    low = b$pi.lb, high = b$pi.ub, u = u$pred, u_se = u$se
  )
}

profiled <- function(data, study) {
  frame <- frame_of(data, study, character(0))
  # Here the optimiser's ordinary tolerance: it fails far from the top with the tightest.
  f <- rma.mv(frame$y, frame$v, random = ~ 1 | study / estimate, data = frame, sparse = TRUE)
  control <- list(tol = 1e-12, vc.max = 20 * max(f$sigma2, 0.05))
  one <- function(k) {
    r <- confint(f, sigma2 = k, control = control)$random
    list(estimate = r[1, 1], low = r[1, 2], high = r[1, 3])
  }
  list(y = frame$y, v = frame$v, study = frame$study, loglik = as.numeric(logLik(f)), between = one(1), within = one(2))
}

bornmann <- dat.bornmann2007
bornmann <- escalc("OR", ai = waward, n1i = wtotal, ci = maward, n2i = mtotal, data = bornmann)
# Years as they are cost metafor four digits here.
bornmann$since <- bornmann$year - 1995
bcg <- escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
crede <- escalc("ZCOR", ri = ri, ni = ni, data = dat.crede2010)
tanner <- dat.tannersmith2016
corr <- data.frame(y = corrdat$effectsize, v = corrdat$var, study = corrdat$studyid, males = corrdat$males, binge = corrdat$binge)
hier <- data.frame(y = hierdat$effectsize, v = hierdat$var, study = hierdat$studyid, males = hierdat$males, binge = hierdat$binge)
corr_columns <- as.list(corr[c("males", "binge")])
hier_columns <- as.list(hier[c("males", "binge")])

pins <- list(
  software = list(
    R = R.version.string, metafor = as.character(packageVersion("metafor")),
    clubSandwich = as.character(packageVersion("clubSandwich")), robumeta = as.character(packageVersion("robumeta")),
    metadat = as.character(packageVersion("metadat"))
  ),
  rho = RHO,
  regression = list(
    konstantopoulos2011 = regression(dat.konstantopoulos2011, "district", "year", ~year, "~ year"),
    assink2016 = regression(dat.assink2016, "study", c("year", "deltype"), ~ year + deltype, "~ year + deltype"),
    bornmann2007 = regression(bornmann, "study", c("type", "since"), ~ type * since, "~ type * since"),
    crede2010 = regression(crede, "studyid", c("criterion", "year"), ~ criterion + year, "~ criterion + year"),
    tannersmith2016 = regression(tanner, "studyid", c("propmale", "aget1"), ~ propmale + aget1, "~ propmale + aget1"),
    berkey1998 = regression(dat.berkey1998, "trial", "outcome", ~outcome, "~ outcome"),
    # A regression spline: B-splines with one inner knot at the median.
    assink2016_spline = regression(
      dat.assink2016, "study", "year", ~ splines::bs(year, df = 4), "~ bs(year, df=4)"
    )
  ),
  single = list(bcg_latitude = single(bcg, "ablat"), raudenbush_weeks = single(dat.raudenbush1985, "weeks")),
  simple = list(
    corr = c(simple(corr, y ~ males + binge, "CORR", 0.8), list(rho = 0.8, columns = corr_columns)),
    hier = c(simple(hier, y ~ males + binge, "HIER", 0.8), list(rho = 0.8, columns = hier_columns)),
    corr_mean = c(simple(corr, y ~ 1, "CORR", 0.4), list(rho = 0.4)),
    hier_mean = c(simple(hier, y ~ 1, "HIER", 0.4), list(rho = 0.4))
  ),
  studies = list(
    konstantopoulos2011 = studies(dat.konstantopoulos2011, "district", character(0), ~1, "~ 1"),
    berkey1998 = studies(dat.berkey1998, "trial", "outcome", ~outcome, "~ outcome"),
    bornmann2007 = studies(bornmann, "study", "type", ~type, "~ type")
  ),
  blups = list(raudenbush1985 = blups(dat.raudenbush1985), bcg = blups(bcg)),
  profiles = list(
    konstantopoulos2011 = profiled(dat.konstantopoulos2011, "district"),
    assink2016 = profiled(dat.assink2016, "study"),
    bornmann2007 = profiled(bornmann, "study"),
    crede2010 = profiled(crede, "studyid"),
    berkey1998 = profiled(dat.berkey1998, "trial")
  )
)
write_json(pins, "regression_pins.json", digits = NA, auto_unbox = TRUE, pretty = FALSE, matrix = "rowmajor")
