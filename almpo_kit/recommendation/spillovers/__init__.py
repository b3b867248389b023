"""What participants' gains leave when others lose jobs by them."""
