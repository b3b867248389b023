"""What a study says of itself: programme, group, country, design, outcome and horizon, each with its sentence."""
