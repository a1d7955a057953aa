"""Block Kit as Slack takes it: structural checks with Slack's limits, and the rich text that typed text becomes."""
