"""Anthropic's Messages API as a local server speaks it: strict rules, prompt cache, faults, and an offline model."""
