"""The Slack Web API at `/api/<method>`: one file a family of methods, found through `methods.METHODS`."""
