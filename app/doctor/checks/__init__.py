"""One file a check. Each has CHECK. Nothing else lives here."""
