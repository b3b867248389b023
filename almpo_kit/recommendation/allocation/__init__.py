"""Who is offered which programme where, under places, money, travel and fairness; what one more place is worth."""
