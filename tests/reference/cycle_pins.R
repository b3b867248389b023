# What base R finds on series that it carries, for tests/matching/cycle. Rscript cycle_pins.R (a second).
# stats::ar.ols, arima(method = "CSS"), decompose; ridge regression by augmented least squares; MASE from its definition.
rounded <- function(x) if (is.list(x)) lapply(x, rounded) else if (is.numeric(x)) signif(x, 15) else x
json <- function(x) {
  if (is.list(x)) {
    body <- if (is.null(names(x))) vapply(x, json, "") else paste0('"', names(x), '": ', vapply(x, json, ""))
    return(if (is.null(names(x))) paste0("[", paste(body, collapse = ", "), "]") else paste0("{", paste(body, collapse = ",\n"), "}"))
  }
  if (is.character(x)) return(paste0('"', x, '"'))
  v <- format(x, digits = 15, trim = TRUE)
  if (length(x) == 1) v else paste0("[", paste(v, collapse = ", "), "]")
}

of_levels <- function(x, p, h) {
  fit <- ar.ols(x, aic = FALSE, order.max = p, demean = TRUE, intercept = TRUE)
  list(values = as.numeric(x), order = p, forecast = as.numeric(predict(fit, n.ahead = h)$pred))
}
of_changes <- function(x, p, h) {
  fit <- ar.ols(diff(x), aic = FALSE, order.max = p, demean = FALSE, intercept = FALSE)
  ahead <- as.numeric(predict(fit, n.ahead = h)$pred)
  css <- arima(x, order = c(p, 1, 0), method = "CSS")
  list(values = as.numeric(x), order = p, forecast = as.numeric(tail(x, 1)) + cumsum(ahead),
       css = as.numeric(predict(css, n.ahead = h)$pred))
}
bic <- function(y, order, constant) {
  n <- length(y); rows <- (order + 1):n
  vapply((if (constant) 1 else 0):order, function(p) {
    X <- if (p > 0) sapply(1:p, function(k) y[rows - k]) else NULL
    X <- cbind(if (constant) rep(1, length(rows)), X)
    rss <- if (is.null(X)) sum(y[rows]^2) else sum(lm.fit(X, y[rows])$residuals^2)
    length(rows) * log(rss / length(rows)) + (p + constant) * log(length(rows))
  }, 0)
}
ridge <- function(z, w, order, prior, h) {
  both <- cbind(z, w); d <- diff(both); n <- nrow(d)
  rows <- (order + 1):n
  lags <- do.call(cbind, lapply(1:order, function(k) d[rows - k, ]))
  X <- cbind(both[rows, ], lags); Y <- d[rows, ]
  s <- apply(X, 2, function(x) mean(x^2) - mean(x)^2)
  A <- rbind(cbind(1, X), cbind(0, diag(sqrt(prior * s))))
  B <- qr.solve(A, rbind(Y, matrix(0, ncol(X), 2)))
  state <- both[nrow(both), ]; past <- d[n:(n - order + 1), , drop = FALSE]; out <- numeric(h)
  for (i in 1:h) {
    move <- c(1, state, as.numeric(t(past))) %*% B
    state <- state + as.numeric(move); past <- rbind(as.numeric(move), past)[1:order, , drop = FALSE]; out[i] <- state[1]
  }
  list(z = as.numeric(z), companion = as.numeric(w), order = order, prior = prior, forecast = out)
}
gas <- log(UKgas)
seat <- log(UKDriverDeaths)
fdeaths_ <- log(as.numeric(fdeaths)); mdeaths_ <- log(as.numeric(mdeaths))
outs <- list(
  levels = list(lynx = of_levels(log10(lynx), 2, 12), huron = of_levels(LakeHuron, 2, 12)),
  changes = list(ukgas = of_changes(log(UKgas), 3, 8), nile = of_changes(Nile, 1, 6)),
  bic = list(lynx = bic(as.numeric(log10(lynx)), 6, TRUE), nile = bic(diff(as.numeric(Nile)), 4, FALSE)),
  joint = ridge(fdeaths_, mdeaths_, 3, 5, 12),
  seasons = list(
    quarters = list(values = as.numeric(gas), figure = as.numeric(decompose(gas)$figure)),
    months = list(values = as.numeric(seat), figure = as.numeric(decompose(seat)$figure))
  ),
  mase = {
    x <- as.numeric(LakeHuron); train <- x[1:80]; test <- x[81:86]; f <- rep(x[80], 6)
    y <- as.numeric(UKgas); s <- y[1:80]; t4 <- y[81:84]; g <- y[77:80]
    list(values = x, naive_one = abs(test - f) / mean(abs(diff(train))),
         gas = y, seasonal = abs(t4 - g) / mean(abs(diff(s, lag = 4))))
  }
)
writeLines(json(rounded(outs)), "cycle_pins.json")
