"""The journal: everything that must survive a crash. One file a word; the only rooms that know SQL.

Everything here takes and gives our own values, never rows, and every status is written in one function of its word.
Order of locks (E2): post key, Thread, Runs (parent before child, then by id), Run number, audit head.
"""
