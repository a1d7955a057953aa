"""What must be so of who may do what, and which of our tests show it."""
