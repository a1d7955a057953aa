"""The tools keep their contract, and what is hostile harms nobody."""
