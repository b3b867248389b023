"""No number about fewer than ten people, and none from which one could be had."""
