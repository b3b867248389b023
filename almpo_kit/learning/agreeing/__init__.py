"""How far experts agree, where they do not, and which codes hold."""
