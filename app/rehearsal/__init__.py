"""Rehearsal: a strict local stand-in for the servers of Slack and Anthropic. It speaks their wire protocols and nothing
of ours imports it, nor it us: `python -m app.rehearsal` is a process of its own."""
