"""A deadline is shared by all that is done under it, and what is late says so."""

import socket

import pytest

from app.slack.deadlines import Deadline, TimedSocket


def test_time_left_only_shrinks_and_ends_in_an_error() -> None:
    # given a deadline, when looked at twice, then less is left; one that has passed raises
    deadline = Deadline(5)
    assert 0 < deadline.left() <= deadline.left() + 1
    assert deadline.left() <= 5
    with pytest.raises(TimeoutError):
        Deadline(0).left()


def test_reading_and_writing_stop_at_the_deadline() -> None:
    # given two ends of which one says nothing, and a deadline that is near
    ours, theirs = socket.socketpair()
    with ours, theirs:
        timed = TimedSocket(ours, Deadline(0.1))
        timed.sendall(b"x")
        assert theirs.recv(1) == b"x"
        # when read and, later, written, then neither waits beyond it
        with pytest.raises(TimeoutError):
            timed.makefile("rb").read(1)
        with pytest.raises(TimeoutError):
            timed.sendall(b"y")
