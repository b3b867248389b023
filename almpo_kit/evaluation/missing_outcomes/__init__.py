"""What an effect could be, whatever became of the people whose outcome is missing."""
