# Rscript peers.R FUNCTION TRAIN.csv SEASON HORIZON EVERY: fits every EVERY-th series (ids in C order) with a function of
# the forecast package and prints id,cpu_seconds,aicc,forecast;forecast;... (aicc is NA where there is none).
arguments <- commandArgs(trailingOnly = TRUE)
suppressPackageStartupMessages(library(forecast))
season <- as.integer(arguments[3])
horizon <- as.integer(arguments[4])
data <- read.csv(arguments[2], colClasses = c(target = "character"))
series <- split(data$value, data$target)
series <- series[sort(names(series), method = "radix")]
series <- series[seq(1, length(series), by = as.integer(arguments[5]))]
fit <- list(
  ets = function(y) { model <- ets(y); list(aicc = model$aicc, mean = forecast(model, horizon, PI = FALSE)$mean) },
  arima = function(y) { model <- auto.arima(y); list(aicc = model$aicc, mean = forecast(model, horizon)$mean) },
  theta = function(y) list(aicc = NA, mean = thetaf(y, horizon)$mean)
)[[arguments[1]]]
invisible(suppressWarnings(fit(ts(series[[1]], frequency = season))))  # loads what is loaded on first use
for (id in names(series)) {
  y <- ts(series[[id]], frequency = season)
  time <- system.time(result <- suppressWarnings(fit(y)))
  cat(id, sum(time[1:2]), format(result$aicc, digits = 12),
      paste(format(as.numeric(result$mean), digits = 12, trim = TRUE), collapse = ";"), sep = ",")
  cat("\n")
}
