"""The scenes of the demo, one a file: each begins a thread and tells it to its end. Out: whether it came to it."""
