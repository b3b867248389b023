# What spillovers() is held to: CR2 and Satterthwaite degrees of freedom of clubSandwich in a saturation design.
#   Rscript tests/reference/spillover_pins.R   (writes spillover_pins.json and spillover_data.csv beside itself)
suppressMessages({library(clubSandwich); library(jsonlite)})
set.seed(20261129)
places <- 18
s <- rep(c(0, 0.5, 0.75), each = 6)
n <- sample(5:24, places, replace = TRUE)
rows <- do.call(rbind, lapply(seq_len(places), function(j) {
  offered <- as.integer(seq_len(n[j]) <= round(s[j] * n[j]))
  data.frame(place = j, saturation = s[j], offered = offered,
             y = round(10 + rnorm(1) + 2 * offered - 1.5 * s[j] * (1 - offered) + rnorm(n[j], sd = 2), 6))
}))
rows$cell <- factor(paste(rows$saturation, rows$offered))
fit <- lm(y ~ 0 + cell, data = rows)
V <- vcovCR(fit, cluster = rows$place, type = "CR2")
k <- function(x) setNames(x, levels(rows$cell))
# cells: "0 0" "0.5 0" "0.5 1" "0.75 0" "0.75 1"
contrasts <- rbind(
  `direct 0.5` = c(0, -1, 1, 0, 0), `spillover 0.5` = c(-1, 1, 0, 0, 0), `offered 0.75` = c(-1, 0, 0, 0, 1),
  `overall 0.5` = c(-1, 0.5, 0.5, 0, 0), `net 0.75` = c(-1, 0, 0, 0.25, 0.75) / 0.75)
made <- linear_contrast(fit, vcov = V, contrasts = contrasts, test = "Satterthwaite")
by_people <- data.frame(name = rownames(contrasts), estimate = made$Est, se = made$SE, df = made$df)
# Every place the same: a regression of place means, one row a place and cell.
means <- aggregate(y ~ place + cell, data = rows, FUN = mean)
flat <- lm(y ~ 0 + cell, data = means)
made <- linear_contrast(flat, vcov = vcovCR(flat, cluster = means$place, type = "CR2"), contrasts = contrasts, test = "Satterthwaite")
by_places <- data.frame(name = rownames(contrasts), estimate = made$Est, se = made$SE, df = made$df)
write.csv(rows[, 1:4], "tests/reference/spillover_data.csv", row.names = FALSE)
write_json(list(people = by_people, places = by_places), "tests/reference/spillover_pins.json", digits = 12, pretty = TRUE)
