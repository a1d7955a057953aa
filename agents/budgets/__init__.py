"""Budgets: what a scope may spend and how many Runs may begin there. Pure: no SQL, no clock."""
