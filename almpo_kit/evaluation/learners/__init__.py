"""What is learned from other people than those it is applied to: folds, chances of each arm, expected outcomes."""
