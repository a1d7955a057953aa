"""How many calls may be made to another's service, counted over all our processes in the broker's server."""
