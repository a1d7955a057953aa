"""Kills Tagwork at every place where it may die, and judges by what the servers saw. `python -m tests.storm`."""
