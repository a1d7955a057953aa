"""Which values may be written in a policy, to the last one that may and the first that may not."""

from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from agents.policy import written_values as values


@pytest.mark.parametrize(
    ("form", "right", "wrong"),
    [
        (values.Id, ["C1", "U0ABC"], ["", "C", "c1", "C-1", 1]),
        (values.Ids, [("U1",), ("U1",) * 500], [(), ("U1",) * 501, ("u1",), "U1"]),
        (values.Name, ["a", "mail.out-2_x", "a" * 64], ["", "Mail", ".a", "a" * 65, "a b"]),
        (values.ToolName, ["*", "send", "send*", "a" * 127], ["", "se*nd", "**", "a" * 128]),
        (values.Host, ["a.example", "*.a.example", "10.0.0.1"], ["A.example", "*", "a.", "*a.example"]),
        (values.PathPrefix, ["/", "/a b", "/" + "a" * 1_999], ["", "a", "/" + "a" * 2_000]),
        (values.Network, ["10.0.0.0/8", "::1/128"], ["10.0.0.0", "g/8", "10.0.0.0/1234"]),
        (values.TimeOfDay, ["00:00", "23:59", "24:00"], ["24:01", "7:00", "12:60"]),
        (values.Span, ["1m", "24h", "9999d"], ["0m", "10000d", "1w", "1", "-1h"]),
    ],
)
def test_each_value_has_one_form(form: Any, right: list[Any], wrong: list[Any]) -> None:
    # given values of a form and others, when read, then the former stay as they are, and the others are refused
    reads = TypeAdapter[Any](form).validate_python
    assert [reads(one) for one in right] == right
    for one in wrong:
        with pytest.raises(ValidationError):
            reads(one)


@pytest.mark.parametrize(
    ("form", "right", "wrong"),
    [
        (Annotated[int, values.WHOLE], [0, 12, "12", 12.0], [True, False, 1.5, "x"]),
        (Annotated[float, values.NUMBER], [0, 1.5, "1.5"], [True, False, "x"]),
        (values.Flag, [True, False, "yes", "no"], [1, 0, 1.0, 0.0, "x"]),
    ],
)
def test_a_number_is_no_truth_and_a_truth_no_number(form: Any, right: list[Any], wrong: list[Any]) -> None:
    # given values, as YAML, JSON or a form gives them, when read, then those that mean one thing are taken, no others
    reads = TypeAdapter[Any](form).validate_python
    assert [type(reads(one)) for one in right] == [type(reads(right[0]))] * len(right)
    for one in wrong:
        with pytest.raises(ValidationError):
            reads(one)


def test_money_is_written_to_the_cent_and_never_below_nothing() -> None:
    # given amounts of money, when read, then up to nine digits count, two of them cents
    reads = TypeAdapter[Decimal](values.Dollars).validate_python
    assert [reads(one) for one in ("0", "0.01", "0.5", "9999999.99")] == [
        *(Decimal(0), Decimal("0.01"), Decimal("0.5"), Decimal("9999999.99"))
    ]
    for one in ("-0.01", "0.001", "10000000", "10000000.00", "NaN"):
        with pytest.raises(ValidationError):
            reads(one)


@pytest.mark.parametrize(
    ("span", "seconds"),
    [("1m", 60), ("90m", 5_400), ("1h", 3_600), ("24h", 86_400), ("1d", 86_400), ("30d", 2_592_000)],
)
def test_a_span_has_its_seconds(span: str, seconds: int) -> None:
    # given a span of time, then it is as long as it says
    assert values.seconds_of(span) == seconds
