"""The spans of time for which money is counted: days and months of UTC, so that every process ends them alike. Pure."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

MICROSECONDS = 1_000_000
DAY_US = 86_400 * MICROSECONDS
HOUR_US = 3_600 * MICROSECONDS
_FIRST = date(1970, 1, 1)


class Period(StrEnum):
    """For how long a limit counts what was spent."""

    RUN = "run"  #: of one Run, however long it takes
    DAY = "day"
    MONTH = "month"


def day_of(at: int) -> int:
    """Return the day of a journal time, as the number of days since 1970 in UTC."""
    return at // DAY_US


def first_day(period: Period, day: int) -> int:
    """Return the first day of the period that a day belongs to."""
    return day if period is not Period.MONTH else (_date(day).replace(day=1) - _FIRST).days


def ends_at(period: Period, day: int) -> int | None:
    """Return the journal time at which the period of a day is over; None for that of a Run, which no clock ends."""
    if period is Period.RUN:
        return None
    if period is Period.DAY:
        return (day + 1) * DAY_US
    next_month = (_date(day).replace(day=1) + timedelta(days=32)).replace(day=1)
    return (next_month - _FIRST).days * DAY_US


def in_words(at: int) -> str:
    """Return a journal time for people."""
    return datetime.fromtimestamp(at / MICROSECONDS, UTC).strftime("%Y-%m-%d %H:%M UTC")


def iso(day: int) -> str:
    """Return a day as YYYY-MM-DD."""
    return _date(day).isoformat()


def _date(day: int) -> date:
    return _FIRST + timedelta(days=day)
