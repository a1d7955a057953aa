"""The parity list: what a hosted teammate for Slack does, and which of our tests show that we match or beat it."""
