"""Who is offered what and who gains by it, group by group: when gains are predicted, and after simulated deployment."""
