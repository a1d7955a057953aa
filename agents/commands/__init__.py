"""Orders without a model: as words in a message, and typed by themselves. Reads words, decides nothing. Pure."""

from agents.commands.spoken import STOP_WORDS, spoken
from agents.commands.typed import typed
from agents.commands.words import Command, Unclear, Verb

__all__ = ["STOP_WORDS", "Command", "Unclear", "Verb", "spoken", "typed"]
