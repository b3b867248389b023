"""The pathways app: one jobseeker, sequences, rules, places, fairness; for caseworkers and employment-service managers."""
