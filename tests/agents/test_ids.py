"""Ids are UUIDs of version 7: new each time, and sorted by their moment."""

import threading
import uuid

from agents.ids import new_id


def test_an_id_is_a_uuid_of_version_seven() -> None:
    # given an id, when it is read as a UUID, then version and variant are right
    read = uuid.UUID(hex=new_id())
    assert (read.version, read.variant) == (7, uuid.RFC_4122)


def test_ids_are_all_different_and_sort_by_their_millisecond() -> None:
    # given many ids, and one some milliseconds later
    many = {new_id() for _ in range(10_000)}
    threading.Event().wait(0.005)

    # then none came twice, and the later one sorts behind them
    assert len(many) == 10_000
    assert new_id() > max(many)
