# Writes spatial_pins.json: what spdep and spatialreg find on public data sets.
# Run in this folder: Rscript spatial_pins.R   (R is not needed to run the tests)
# GISCO polygons are read from $ALMPO_SHARED/data/gisco where set; without it the old lists of neighbours are kept.
suppressMessages({
  library(sf)
  library(spdep)
  library(spatialreg)
  library(jsonlite)
})
options(digits = 17)
sf_use_s2(FALSE)

pairs_of <- function(nb) {
  p <- do.call(rbind, lapply(seq_along(nb), function(i) {
    j <- nb[[i]]
    j <- j[j > i]
    if (length(j)) cbind(i, j) else NULL
  }))
  unname(p) - 1L
}
wkt <- function(s) st_as_text(st_geometry(s), digits = 17)

# ---- one map: both Moran tests, local Moran, and the test by dealing hands, written out ------------
dealt <- function(x, listw, draws) {
  z <- x - mean(x)
  lag <- lag.listw(listw, z)
  sapply(seq_along(z), function(i) {
    w <- listw$weights[[i]]
    s <- replicate(draws, sum(w * sample(z[-i], length(w))))
    # Equal sums are ties, whatever the order of their parts.
    e <- 1e-10 * max(abs(z)) * sum(w)
    min(1, 2 * (min(sum(s >= lag[i] - e), sum(s <= lag[i] + e)) + 1) / (draws + 1))
  })
}
one_map <- function(x, nb, style = "W", glist = NULL, draws = 0) {
  lw <- nb2listw(nb, style = style, glist = glist)
  rand <- moran.test(x, lw, randomisation = TRUE, alternative = "two.sided")
  norm <- moran.test(x, lw, randomisation = FALSE, alternative = "two.sided")
  local <- localmoran(x, lw, conditional = TRUE)
  list(
    I = rand$estimate[[1]], expected = rand$estimate[[2]],
    var_random = rand$estimate[[3]], p_random = rand$p.value,
    var_normal = norm$estimate[[3]], p_normal = norm$p.value,
    Ii = unname(local[, 1]), E = unname(local[, 2]), Var = unname(local[, 3]),
    quadrant = as.character(attr(local, "quadr")$pysal),
    p_dealt = if (draws) dealt(x, lw, draws) else NULL, draws = draws
  )
}

# ---- one regression: tests, both models, impacts ----------------------------------------------------
tight <- list(tol.opt = .Machine$double.eps^0.75)
one_model <- function(formula, data, nb) {
  lw <- nb2listw(nb, style = "W")
  ols <- lm(formula, data)
  tests <- suppressWarnings(lm.LMtests(ols, lw, test = c("LMerr", "LMlag", "RLMerr", "RLMlag", "SARMA")))
  residual <- lm.morantest(ols, lw, alternative = "two.sided")
  lag <- lagsarlm(formula, data, lw, method = "eigen", control = tight)
  error <- errorsarlm(formula, data, lw, method = "eigen", control = tight)
  two <- stsls(formula, data, lw)
  point <- impacts(lag, listw = lw)
  set.seed(1)
  drawn <- impacts(lag, listw = lw, R = 20000)
  spread <- function(part) unname(apply(drawn$sres[[part]], 2, sd))
  list(
    y = unname(model.response(model.frame(ols))), x = unname(model.matrix(ols)[, -1, drop = FALSE]),
    tests = lapply(tests, function(t) c(t$statistic[[1]], t$p.value[[1]])),
    residual = c(residual$estimate[[1]], residual$estimate[[2]], residual$estimate[[3]], residual$p.value),
    ols = list(b = unname(coef(ols)), se = unname(sqrt(diag(vcov(ols))))),
    lag = list(
      rho = unname(lag$rho), rho_se = unname(lag$rho.se), b = unname(lag$coefficients), se = unname(lag$rest.se),
      s2 = as.numeric(lag$s2), left = as.numeric(lag$LMtest), logLik = as.numeric(logLik(lag)), aic = as.numeric(AIC(lag)), lr = as.numeric(LR1.Sarlm(lag)$statistic),
      direct = unname(point$direct), indirect = unname(point$indirect), total = unname(point$total),
      direct_sd = spread("direct"), indirect_sd = spread("indirect"), total_sd = spread("total")
    ),
    error = list(
      lambda = unname(error$lambda), lambda_se = unname(error$lambda.se), b = unname(error$coefficients),
      se = unname(error$rest.se), s2 = as.numeric(error$s2), logLik = as.numeric(logLik(error))
    ),
    two_stage = list(
      rho = unname(two$coefficients[[1]]), b = unname(two$coefficients[-1]), se = unname(sqrt(diag(two$var)))
    )
  )
}

shapes <- function(name) st_read(system.file(paste0("shapes/", name, ".shp"), package = "spData"), quiet = TRUE)
out <- list()

# ---- Columbus, 49 neighbourhoods --------------------------------------------------------------------
col <- shapes("columbus")
queen <- poly2nb(col, queen = TRUE)
set.seed(20260101)
centre <- suppressWarnings(st_coordinates(st_centroid(st_geometry(col))))
inverse <- lapply(nbdists(queen, centre), function(d) 1 / d)
out$columbus <- list(
  polygons = wkt(col), queen = pairs_of(queen), rook = pairs_of(poly2nb(col, queen = FALSE)),
  value = col$CRIME, centre = unname(centre),
  row = one_map(col$CRIME, queen, draws = 19999),
  binary = one_map(col$CRIME, queen, style = "B", draws = 19999),
  inverse = one_map(col$CRIME, queen, glist = inverse, draws = 19999),
  model = one_model(CRIME ~ INC + HOVAL, st_drop_geometry(col), queen)
)

# ---- North Carolina, 100 counties, sudden infant deaths ---------------------------------------------
nc <- shapes("sids")
st_crs(nc) <- 4267
nc$rate <- 1000 * nc$SID74 / nc$BIR74
nc$share <- 100 * nc$NWBIR74 / nc$BIR74
nb <- suppressMessages(poly2nb(nc, queen = TRUE))
out$sids <- list(
  polygons = wkt(nc), queen = pairs_of(nb), rook = pairs_of(suppressMessages(poly2nb(nc, queen = FALSE))),
  value = nc$rate,
  row = one_map(nc$rate, nb, draws = 19999),
  model = one_model(rate ~ share, st_drop_geometry(nc), nb)
)

# ---- Boston, 506 tracts, thirteen regressors --------------------------------------------------------
data(boston, package = "spData")
boston.c$CHAS <- as.numeric(as.character(boston.c$CHAS))
out$boston <- list(
  links = pairs_of(boston.soi), value = boston.c$CMEDV,
  row = one_map(boston.c$CMEDV, boston.soi),
  model = one_model(
    log(CMEDV) ~ CRIM + ZN + INDUS + CHAS + I(NOX^2) + I(RM^2) + AGE + log(DIS) + log(RAD) + TAX + PTRATIO + B +
      log(LSTAT), boston.c, boston.soi
  )
)

# ---- NUTS 2: nearest label points, unemployment and GDP of our own tables ----------------------------
points <- read.csv("../../data/label_points.csv", comment.char = "#", na.strings = "")
points <- points[points$nuts_version != "2021", ] # successors have points of their own
points <- points[!grepl("^(FRY|ES7|PT2|PT3|NO0B)", points$geo), ]
points <- points[order(points$geo), ]
rates <- read.csv("../../data/regional_indicators.csv", comment.char = "#", na.strings = "")
of <- function(key) {
  r <- rates[rates$indicator == key & as.character(rates$period) == "2023", ]
  r$value[match(points$geo, r$geo)]
}
points$u <- of("unemployment_rate")
points$g <- of("gdp_per_head_pps") / 1000
k5 <- knearneigh(as.matrix(points[, c("lon", "lat")]), k = 5, longlat = TRUE)
there <- !is.na(points$u) & !is.na(points$g)
both <- make.sym.nb(knn2nb(k5))
some <- subset(both, there)
out$nuts <- list(
  geo = points$geo, nearest = apply(k5$nn, 1, function(j) points$geo[sort(j)], simplify = FALSE),
  kept = points$geo[there],
  row = one_map(points$u[there], some, draws = 4999),
  model = one_model(u ~ g, points[there, ], some)
)

# ---- GISCO's polygons -----------------------------------------------------------------------------------
old <- if (isTRUE(file.size("spatial_pins.json") > 0)) fromJSON("spatial_pins.json", simplifyVector = FALSE)$gisco else NULL
file <- file.path(Sys.getenv("ALMPO_SHARED"), "data", "gisco", "nuts_all_2024_20M.geojson")
if (file.exists(file)) {
  map <- st_read(file, quiet = TRUE)
  level <- function(l) {
    h <- map[map$LEVL_CODE == l, ]
    h[order(h$NUTS_ID), ]
  }
  named <- function(h, nb) apply(pairs_of(nb) + 1, 1, function(p) paste(h$NUTS_ID[p], collapse = " "))
  two <- level(2)
  three <- level(3)
  q <- suppressMessages(poly2nb(two, queen = TRUE))
  r <- suppressMessages(poly2nb(two, queen = FALSE))
  q3 <- suppressMessages(poly2nb(three, queen = TRUE))
  r3 <- suppressMessages(poly2nb(three, queen = FALSE))
  old <- list(
    n = nrow(two), queen = named(two, q), not_rook = setdiff(named(two, q), named(two, r)),
    n3 = nrow(three), queen3 = sum(card(q3)) / 2, not_rook3 = setdiff(named(three, q3), named(three, r3))
  )
}
out$gisco <- old

p <- c(0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216, 0.222, 0.251, 0.269, 0.275, 0.34, 0.341, 0.384, 0.569, 0.594, 0.696, 0.762, 0.94, 0.942, 0.975, 0.986)
out$adjusted <- list(p = p, bh = p.adjust(p, "BH"), by = p.adjust(p, "BY"))
out$software <- list(R = R.version.string, spdep = as.character(packageVersion("spdep")), spatialreg = as.character(packageVersion("spatialreg")))
write_json(out, "spatial_pins.json", digits = NA, auto_unbox = TRUE, pretty = FALSE, matrix = "rowmajor")
