"""The people whom advice is about, and the programmes that can be advised."""
