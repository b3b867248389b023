"""Reports at their times: files of ten lines say what and when; work is claimed once, resumed, published whole."""
