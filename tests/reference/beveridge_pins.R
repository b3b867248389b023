# Writes beveridge_pins.json: what sandwich, strucchange, lm and decompose find on public series.
# Run in this folder: Rscript beveridge_pins.R   (R is not needed to run the tests)
suppressMessages({
  library(sandwich)
  library(strucchange)
  library(jsonlite)
})
options(digits = 17)

# ---- regressions with Newey-West standard errors ----------------------------------------------------
# Pairs of the reference table itself, quarterly, and two classics of R.
table <- read.csv("../../data/national_indicators.csv", stringsAsFactors = FALSE)
table <- table[grepl("-Q", table$period), ]
pairs_of <- function(place) {
  u <- table[table$geo == place & table$indicator == "unemployment_rate", c("period", "value")]
  v <- table[table$geo == place & table$indicator == "job_vacancy_rate", c("period", "value")]
  both <- merge(u, v, by = "period")
  both <- both[order(both$period), ]
  list(x = log(both$value.x), y = log(both$value.y))
}
sets <- list(
  greece = pairs_of("EL"), romania = pairs_of("RO"), italy = pairs_of("IT"), poland = pairs_of("PL"),
  longley = list(x = log(longley$GNP), y = log(longley$Unemployed)),
  seatbelts = list(
    x = as.numeric(log(Seatbelts[, "kms"])), y = as.numeric(log(Seatbelts[, "drivers"]))
  )
)
regress <- function(d, jump = NULL) {
  n <- length(d$y)
  frame <- data.frame(y = d$y, x = d$x)
  if (!is.null(jump)) frame$step <- as.numeric(seq_len(n) > jump)
  fit <- lm(y ~ ., frame)
  lags <- c(0, 3, ceiling(1.3 * sqrt(n)) - 1)
  list(
    jump = jump, coefficients = I(unname(coef(fit))), lags = I(lags),
    se = lapply(lags, function(l) {
      I(unname(sqrt(diag(NeweyWest(fit, lag = l, prewhite = FALSE, adjust = TRUE)))))
    })
  )
}
regressions <- lapply(sets, function(d) {
  n <- length(d$y)
  list(x = I(d$x), y = I(d$y), plain = regress(d), step = regress(d, floor(n / 2)))
})

# ---- a level shift at an unknown date ---------------------------------------------------------------
# Level only: strucchange itself. Level beside a regressor: the F test of the step, date by date.
f <- Fstats(Nile ~ 1, from = 0.15)
by_hand <- function(d, dates) {
  n <- length(d$y)
  base <- lm(d$y ~ d$x)
  sapply(dates, function(t) {
    step <- as.numeric(seq_len(n) > t)
    anova(base, lm(d$y ~ d$x + step))$F[2]
  })
}
n <- length(sets$greece$y)
shifts <- list(
  nile = list(
    y = I(as.numeric(Nile)), f = I(as.numeric(f$Fstats)), first = as.integer(f$breakpoint),
    year = as.integer(time(Nile)[f$breakpoint])
  ),
  beside = lapply(sets[c("greece", "romania", "italy", "seatbelts")], function(d) {
    m <- length(d$y)
    dates <- seq(5, m - 5)
    list(dates = I(dates), f = I(unname(by_hand(d, dates))))
  })
)

# ---- seasonal factors --------------------------------------------------------------------------------
factors <- function(series) {
  list(
    y = I(as.numeric(series)), frequency = frequency(series), first = start(series)[2] - 1,
    figure = I(as.numeric(decompose(series)$figure))
  )
}
seasons <- list(
  airpassengers = factors(log(AirPassengers)), ukgas = factors(log(UKgas)),
  greece = factors(ts(sets$greece$y, start = c(2019, 1), frequency = 4)),
  # A series that starts in the third quarter.
  johnson = factors(window(log(JohnsonJohnson), start = c(1962, 3)))
)

versions <- list(
  R = as.character(getRversion()), sandwich = as.character(packageVersion("sandwich")),
  strucchange = as.character(packageVersion("strucchange"))
)
write_json(
  list(versions = versions, regressions = regressions, shifts = shifts, seasons = seasons),
  "beveridge_pins.json",
  digits = 17, auto_unbox = TRUE, null = "null", pretty = FALSE
)
