"""Who is sent to which vacancy: lists under capacity, commuting limits and eligibility, without a crowd."""
