# Writes evidence_pins.json: what metafor and clubSandwich find on public data sets.
# Run in this folder: Rscript evidence_pins.R   (R is not needed to run the tests)
suppressMessages({
  library(metafor)
  library(clubSandwich)
  library(jsonlite)
})
options(digits = 17)

prepare <- function(data, study, estimate = NULL) {
  data <- data[!is.na(data$yi) & !is.na(data$vi), ]
  list(
    y = as.numeric(data$yi), v = as.numeric(data$vi),
    study = as.character(data[[study]]),
    data = data
  )
}

# ---- one estimate per study ------------------------------------------------------------------------
centre <- function(fit) {
  p <- predict(fit)
  list(
    mean = as.numeric(fit$beta), se = fit$se, low = fit$ci.lb, high = fit$ci.ub,
    prediction_low = p$pi.lb, prediction_high = p$pi.ub
  )
}
# As close to the top as rounding lets Fisher scoring come.
closely <- function(...) {
  for (threshold in 10^-(14:9)) {
    f <- try(rma(..., control = list(threshold = threshold, maxiter = 5000, tol = 1e-13)), silent = TRUE)
    if (!inherits(f, "try-error")) return(f)
  }
  stop("no convergence")
}
two_level <- function(d) {
  methods <- c("REML", "DL", "PM", "ML", "HE", "SJ", "EB", "FE")
  tests <- c(wald = "z", hksj = "knha", hksj_modified = "adhoc")
  out <- list()
  for (m in methods) {
    # metafor warns that Knapp and Hartung is not meant for one common effect, and computes it.
    fits <- lapply(tests, function(t) suppressWarnings(closely(d$y, d$v, method = m, test = t)))
    f <- fits$wald
    out[[m]] <- c(
      list(tau2 = f$tau2, i2 = f$I2, h2 = f$H2, q = f$QE, q_p = f$QEp),
      lapply(fits, centre)
    )
  }
  loose <- rma(d$y, d$v, method = "REML")
  profile <- function(level) {
    r <- confint(closely(d$y, d$v), level = level, control = list(tol = 1e-14, tau2.max = 1e4))$random
    list(
      level = level / 100, tau2_low = r[1, 2], tau2_high = r[1, 3], i2_low = r[3, 2], i2_high = r[3, 3],
      h2_low = r[4, 2], h2_high = r[4, 3]
    )
  }
  list(
    profiles = lapply(c(80, 95, 99), profile),
    y = d$y, v = d$v, methods = out, loglik_reml = as.numeric(logLik(closely(d$y, d$v))),
    default_threshold = c(list(tau2 = loose$tau2), centre(loose)),
    default_threshold_hksj = centre(rma(d$y, d$v, method = "REML", test = "knha"))
  )
}

closely_mv <- function(frame, x = cbind(rep(1, nrow(frame)))) {
  for (tolerance in 10^-(14:7)) {
    f <- try(rma.mv(frame$y, frame$v,
      mods = x, intercept = FALSE, random = ~ 1 | study / estimate, data = frame, sparse = TRUE,
      control = list(optimizer = "nlminb", rel.tol = tolerance, iter.max = 1000, eval.max = 1000)
    ), silent = TRUE)
    if (!inherits(f, "try-error")) return(f)
  }
  stop(f)
}

# ---- several estimates per study -------------------------------------------------------------------
three_level <- function(d) {
  frame <- data.frame(y = d$y, v = d$v, study = d$study, estimate = seq_along(d$y))
  f <- closely_mv(frame)
  cr2 <- coef_test(f, vcov = vcovCR(f, type = "CR2", cluster = frame$study), test = "Satterthwaite")
  robustly <- predict(robust(f, cluster = frame$study, clubSandwich = TRUE))
  plain <- predict(f)
  list(
    y = d$y, v = d$v, study = d$study, mean = as.numeric(f$beta), model_se = f$se,
    sigma2_between = f$sigma2[1], sigma2_within = f$sigma2[2], loglik = as.numeric(logLik(f)),
    se = cr2$SE, df = cr2$df, low = robustly$ci.lb, high = robustly$ci.ub,
    prediction_low = robustly$pi.lb, prediction_high = robustly$pi.ub,
    model_prediction_low = plain$pi.lb, model_prediction_high = plain$pi.ub
  )
}

# ---- moderators (the kernel takes them; the verb will) ---------------------------------------------
moderated <- function(d, x) {
  colnames(x) <- paste0("x", seq_len(ncol(x)))
  frame <- data.frame(y = d$y, v = d$v, study = d$study, estimate = seq_along(d$y))
  f <- closely_mv(frame, x)
  v <- vcovCR(f, type = "CR2", cluster = frame$study)
  cr2 <- coef_test(f, vcov = v, test = "Satterthwaite")
  list(
    y = d$y, v = d$v, study = d$study, x = unname(x), beta = as.numeric(f$beta), model_se = f$se,
    sigma2_between = f$sigma2[1], sigma2_within = f$sigma2[2], loglik = as.numeric(logLik(f)),
    se = cr2$SE, df = cr2$df
  )
}

bcg <- escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
konstantopoulos <- prepare(dat.konstantopoulos2011, "district")
assink <- prepare(dat.assink2016, "study")
bornmann <- dat.bornmann2007
bornmann <- escalc("OR", ai = waward, n1i = wtotal, ci = maward, n2i = mtotal, data = bornmann)
bornmann <- prepare(bornmann, "study")
crede <- prepare(escalc("ZCOR", ri = ri, ni = ni, data = dat.crede2010), "studyid")
knapp <- prepare(dat.knapp2017, "study")
berkey <- prepare(dat.berkey1998, "trial")

pins <- list(
  software = list(
    R = R.version.string, metafor = as.character(packageVersion("metafor")),
    clubSandwich = as.character(packageVersion("clubSandwich")),
    metadat = as.character(packageVersion("metadat"))
  ),
  two_level = list(
    raudenbush1985 = two_level(prepare(dat.raudenbush1985, "study")),
    bcg = two_level(prepare(bcg, "trial")),
    normand1999 = two_level(prepare(escalc("MD",
      m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.normand1999
    ), "study")),
    li2007 = two_level(prepare(escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.li2007), "id")),
    hackshaw1998 = two_level(prepare(dat.hackshaw1998, "study")),
    # Four studies from whose spread chance explains all.
    homogeneous = two_level(list(y = c(0.1, 0.3, 0.2, 0.35), v = c(0.04, 0.05, 0.03, 0.06)))
  ),
  three_level = list(
    konstantopoulos2011 = three_level(konstantopoulos),
    assink2016 = three_level(assink),
    bornmann2007 = three_level(bornmann),
    crede2010 = three_level(crede),
    knapp2017 = three_level(knapp),
    berkey1998 = three_level(berkey)
  ),
  moderated = list(
    konstantopoulos2011 = moderated(
      konstantopoulos, cbind(1, konstantopoulos$data$year - mean(konstantopoulos$data$year))
    ),
    assink2016 = moderated(assink, cbind(1, assink$data$year, assink$data$deltype == "general")),
    berkey1998 = moderated(berkey, cbind(berkey$data$outcome == "PD", berkey$data$outcome == "AL") * 1)
  )
)
write_json(pins, "evidence_pins.json", digits = NA, auto_unbox = TRUE, pretty = FALSE, matrix = "rowmajor")
