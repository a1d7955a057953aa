"""The values that an admin writes in a policy: ids, hosts, spans of time, money. Each has one form, so that two texts
that mean the same are the same. Pure.
"""

from decimal import Decimal
from functools import partial
from typing import Annotated, LiteralString

from pydantic import BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

MOST_VALUES = 500
"""Values of one list in a rule: a look over them stays cheap, and a longer list belongs into a user group."""

Id = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,30}$")]
"""An id of Slack: a channel's (C…, G…, D…), a person's (U…, W…) or a user group's (S…)."""

Ids = Annotated[tuple[Id, ...], Field(min_length=1, max_length=MOST_VALUES)]

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
"""The name of a rule, a bundle or a Grant."""

ToolName = Annotated[str, StringConstraints(pattern=r"^(\*|[A-Za-z0-9_-]{1,127}\*?)$")]
"""A tool's name, or how the names of several begin and `*`; `*` alone is every tool."""

Host = Annotated[str, StringConstraints(pattern=r"^(\*\.)?[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9])?$")]
"""A host in lower case; `*.example.com` is every host under example.com, and not example.com itself."""

PathPrefix = Annotated[str, StringConstraints(pattern=r"^/", max_length=2_000)]
"""How a path begins, whole segments of it: `/api` is /api and /api/x, and not /apix."""

Network = Annotated[str, StringConstraints(pattern=r"^[0-9a-f:.]+/[0-9]{1,3}$")]
"""A network in CIDR notation, such as 10.0.0.0/8."""

TimeOfDay = Annotated[str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
"""HH:MM; 24:00 is the end of the day."""

Span = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,3}[mhd]$")]
"""A span of time: minutes, hours or days, such as 30m, 24h, 7d."""


def _refuse(given: object, *, kinds: tuple[type, ...], told: LiteralString) -> object:
    """Refuse what Python takes for something else. `told`: the name of pydantic's error for it."""
    if type(given) in kinds:
        raise PydanticCustomError(told, "Input should be of another kind")
    return given


WHOLE = BeforeValidator(partial(_refuse, kinds=(bool,), told="int_type"))
"""Of an `int`, behind its limits: `true` is no whole number."""

NUMBER = BeforeValidator(partial(_refuse, kinds=(bool,), told="float_type"))
"""Of a `float`, behind its limits: `true` is no number."""

Flag = Annotated[bool, BeforeValidator(partial(_refuse, kinds=(int, float), told="bool_type"))]
"""True or false; 1 and 0 are neither."""

Dollars = Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=2)]
"""US dollars, to the cent: the currency in which the model is paid."""

UNITS = {"m": 60, "h": 3_600, "d": 86_400}


def seconds_of(span: str) -> int:
    """Return the seconds of a `Span`."""
    return int(span[:-1]) * UNITS[span[-1]]
