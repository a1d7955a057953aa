"""The pure state of one rehearsed workspace: people, channels, messages, files, credentials. No HTTP, no event loop."""
