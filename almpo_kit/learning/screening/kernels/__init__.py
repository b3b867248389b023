"""Arrays in, arrays out: the linear model, what is picked next, how good an order was."""
