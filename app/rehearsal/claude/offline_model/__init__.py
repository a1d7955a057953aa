"""A model of rules, for work without a key: it sees system, tools and messages, and nothing else."""

from app.rehearsal.claude.offline_model.thinking import Thought, think

__all__ = ["Thought", "think"]
