"""ESCO and ISCO-08: the official download, what installed packages carry of it, and the text indices over both."""
