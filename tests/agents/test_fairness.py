"""Fair order, as laws: whoever has the least under way comes first, at every level, and nobody beyond what he may."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.fairness import DueRow, Load, Scope, Shares, fair_order

scopes = st.builds(Scope, st.sampled_from("AB"), st.sampled_from("xyz"), st.sampled_from("123"))
rows = st.lists(scopes, max_size=60).map(
    lambda found: [DueRow(f"r{at}", None, at, 0, scope) for at, scope in enumerate(found)]
)


@given(rows=rows)
def test_every_row_comes_once_and_a_persons_own_by_their_due_time(rows: list[DueRow]) -> None:
    # given any rows, when put in order
    ordered = list(fair_order(rows, Load({})))
    # then none is missing, and no person overtakes himself
    assert sorted(row.id for row in ordered) == sorted(row.id for row in rows)
    for scope in {row.scope for row in rows}:
        own = [row.due_at for row in ordered if row.scope == scope]
        assert own == sorted(own)


@given(rows=rows, held=st.dictionaries(scopes, st.integers(0, 5), max_size=6))
def test_a_workspace_that_waits_never_falls_behind_one_that_has_more(
    rows: list[DueRow], held: dict[Scope, int]
) -> None:
    # given rows, and what is under way
    has = Counter[str]()
    for scope, many in held.items():
        has[scope.workspace] += many
    waiting = Counter(row.scope.workspace for row in rows)
    # when they are taken one by one, then it is always the turn of one that has the least
    for row in fair_order(rows, Load(held)):
        least = min(has[one] for one in waiting if waiting[one])
        assert has[row.scope.workspace] == least
        has[row.scope.workspace] += 1
        waiting[row.scope.workspace] -= 1


@given(
    rows=rows,
    held=st.dictionaries(scopes, st.integers(0, 5), max_size=6),
    most=st.tuples(*[st.integers(0, 6)] * 3),
    slots=st.integers(0, 12),
)
def test_whoever_has_all_he_may_have_is_left_out_and_nobody_else(
    rows: list[DueRow], held: dict[Scope, int], most: tuple[int, int, int], slots: int
) -> None:
    # given what is under way, shares of the slots, and caps
    load = Load(held, Shares((0.75, 0.6, 0.5), most), slots)
    under_way = Counter(level for scope, many in held.items() for level in scope.levels() * many)
    # when rows are put in order
    taken = {row.id for row in fair_order(rows, load)}
    # then those are missing whose workspace, channel or person has reached the least of both
    for row in rows:
        full = [
            (cap and under_way[level] >= cap) or (slots and under_way[level] >= -(-slots * percent // 100))
            for level, cap, percent in zip(row.scope.levels(), most, (75, 60, 50), strict=True)
        ]
        assert (row.id in taken) == (not any(full))


@pytest.mark.law("E10")
def test_a_thousand_rows_of_one_stand_behind_the_first_of_another_whatever_the_hint_says() -> None:
    # given a thousand rows of one workspace that have long been due, and one of another
    flood = [DueRow(f"f{at}", None, at, 0, Scope("A", "x", str(at % 7))) for at in range(1_000)]
    late = DueRow("late", None, 5_000, 0, Scope("B", "y", "1"))
    # when the poke names one of the flood, then the other comes second at the latest
    ordered = fair_order([*flood, late], Load({}), "f500")
    assert next(ordered).id == "f500"
    assert next(ordered).id == "late"
    # when the flood has something under way, then it comes first
    assert next(fair_order([*flood, late], Load({Scope("A", "x", "1"): 1}), "f500")).id == "late"
