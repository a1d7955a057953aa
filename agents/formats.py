"""Which rows this code can work, while an older and a newer version share a journal (E24).

Run, ToolCall and Delivery carry in `needs` the least format that can work them, and a process claims only rows whose
format it knows. What a release adds to them (a state, a kind, an argument, a meaning) takes two releases:

1. The first reads it: it knows the state or the argument, works such rows, and raises WORKS by one. It writes none.
2. The second writes it, with `needs` set to that number on the same row, in the same statement.

So whoever runs beside the second release can work all that it writes, and whoever is older leaves it alone: its pickers
pass such rows over, and a word that it does not know is shown as it stands (agents.lives.Written).
"""

ASKS = 2
"""Needed for calls that people are asked about, their cards, and the Runs that wait for these."""

ASKS_DIRECTLY = 3
"""Needed for cards that stand in direct messages, their edits, and the Runs that wait for them."""

TO_ADMINS = 3
"""Needed for what goes to admins of whom the surface is asked first who they are."""

READS_ALONG = 4
"""Needed for Runs that nobody addressed: what older code would show of them, nobody is to see."""

WORKS = 4
"""The newest format that this code can work; 1 is all that was written before there were formats."""
