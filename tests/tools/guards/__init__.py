"""What stands between untrusted bytes and a worker holds."""
