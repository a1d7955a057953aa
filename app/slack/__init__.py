"""Tagwork's face in Slack: hears people, shows what a Run says. Nothing else imports slack_bolt and slack_sdk."""
