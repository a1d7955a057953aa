"""What people press, type and fill in: elements, payloads, triggers, response URLs, views, and how the app answered."""
