"""Effects with intervals: the verb, and the estimators for trials and for selection on observed characteristics."""
