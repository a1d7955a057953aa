"""Rehearsal to type into: a person at a terminal talks in the rehearsed workspace, and threads look as in Slack."""
