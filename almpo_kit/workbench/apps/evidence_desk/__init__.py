"""The evidence desk: what to read next, codes with their sentence, disagreements, the model, questions; for evidence officers."""
