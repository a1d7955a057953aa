"""What a line at the prompt means."""

import pytest

from app.rehearse.steps import Attached, Step
from app.rehearse.typed_lines import HELP, LOCAL, Local, NotUnderstood, read_line


@pytest.mark.parametrize(
    ("line", "thread", "meant"),
    [
        ("@tagwork count this", 0, Step("say", "ann", "sales", "@tagwork count this")),
        ("and June?", 2, Step("reply", "ann", text="and June?", thread=2)),
        ("/press Save", 0, Step("press", "ann", "sales", what="Save")),
        ("/press Yes, do it", 1, Step("press", "ann", what="Yes, do it", thread=1)),
        ("/stop", 1, Step("stop", "ann", thread=1)),
        ("/edit count May", 1, Step("edit", "ann", text="count May", thread=1)),
        ("/delete", 1, Step("delete", "ann", thread=1)),
        ("/react :eyes:", 1, Step("react", "ann", what="eyes", thread=1)),
        ("/home", 0, Step("home", "ann")),
        ("/kill", 1, Step("kill", seconds=10)),
        ("/workers", 1, Local("workers")),
        ("/trail #2", 1, Local("trail", "#2")),
        ("/tagwork status", 0, Step("command", "ann", "sales", "/tagwork status")),
        ("/command /tagwork help", 1, Step("command", "ann", "sales", "/tagwork help")),
        ("/as ben", 0, Local("as", "ben")),
        ("/thread", 0, Local("thread")),
        ("  /quit  ", 0, Local("quit")),
    ],
)
def test_a_line_means_a_step_or_something_about_the_prompt(line: str, thread: int, meant: Step | Local) -> None:
    assert read_line(line, "ann", "sales", thread) == meant


def test_an_upload_has_a_path_and_perhaps_words() -> None:
    # when
    outside = read_line("/upload 'my files/q3.csv' what is in it?", "ann", "sales", 0)
    inside = read_line("/upload q3.csv", "ann", "sales", 3)
    # then
    files = (Attached("q3.csv", path="my files/q3.csv"),)
    assert outside == Step("say", "ann", "sales", "what is in it?", files=files)
    assert inside == Step("reply", "ann", files=(Attached("q3.csv", path="q3.csv"),), thread=3)


@pytest.mark.parametrize(
    ("line", "thread", "sentence"),
    [
        ("/press", 1, "Say more: /press Stop"),
        ("/edit", 1, "Say more: /edit new words"),
        ("/stop", 0, "You are in no thread"),
        ("/upload 'open", 0, "A quotation mark is open"),
    ],
)
def test_what_lacks_something_says_what(line: str, thread: int, sentence: str) -> None:
    with pytest.raises(NotUnderstood, match=sentence):
        read_line(line, "ann", "sales", thread)


def test_help_names_every_word_of_the_prompt() -> None:
    told = " ".join(typed for typed, _ in HELP)
    assert [word for word in LOCAL if f"/{word}" not in told] == []
