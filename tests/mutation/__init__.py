"""Slow proof: whatever one changes in what decides about calls and Approvals, a test notices.

    python -m tests.mutation [--only WORD] [--list]

`making.py` makes the mutants, `subjects.py` says of which modules, `warm.py` and `cold.py` judge them by our tests,
and tests/data/argued_mutants.json names those that cannot be told from the code as it is, each with its reason.
"""
