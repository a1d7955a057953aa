"""The arguments that all counting tools share."""

from pydantic import Field

from tools.contract import Arguments


class CountWanted(Arguments):
    what: str = Field(default="", max_length=200_000, description="Any words; the server keeps them with the effect.")
