"""How often people are asked for a yes on a reference workload, and whether anything ran that nobody let run."""
