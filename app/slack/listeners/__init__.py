"""One file per thing people do. Each has `register(app, hearing)`; unhandled.py comes last. Nothing else lives here."""
