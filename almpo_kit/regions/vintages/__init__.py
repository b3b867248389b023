"""NUTS vintages: carrying statistics from the regions of one edition to those of another."""
