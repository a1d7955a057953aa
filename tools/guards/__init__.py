"""What stands between untrusted bytes and a worker: the child process with its limits, and what runs inside it."""
