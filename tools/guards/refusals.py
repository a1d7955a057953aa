"""How code in the child says no. Each text is one clean sentence that people and the model may read."""


class Refused(Exception):
    """The bytes cannot be used: wrong kind, broken, encrypted, or larger than a limit. Final for this call."""


class Misasked(Exception):
    """The question cannot be answered as it was asked; the text says what could be asked instead."""
