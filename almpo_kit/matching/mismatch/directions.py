"""Which side of a cell is short, in words that tables, sentences and figures share."""

TOO_FEW_VACANCIES, TOO_FEW_SEEKERS, BALANCED = "too few vacancies", "too few seekers", "balanced"
