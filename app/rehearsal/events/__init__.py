"""Events to the app: what is said about a change, in which envelope, over which line, and how often."""
