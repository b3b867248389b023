"""What makes a significantly favourable result more likely."""
