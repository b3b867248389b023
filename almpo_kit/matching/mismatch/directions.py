"""Which side of a cell is short, in words that tables, sentences and figures share."""

TOO_FEW_VACANCIES, TOO_FEW_SEEKERS, BALANCED = "too few vacancies", "too few seekers", "balanced"
#: Of a cell whose number of people is not shown; its direction would bound it, and "balanced" would tell it.
KEPT_BACK = "kept back"
