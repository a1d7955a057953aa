"""Words keep their styles, neighbours of one style are one, and what is live becomes code."""

from app.slack.inline_text import Words, elements_of, inert_words, plain_of


def test_neighbours_of_one_style_are_joined_before_they_are_judged() -> None:
    # given an address that the parser split into several words
    split = [Words("evil"), Words(".exam"), Words("ple"), Words(" ok", bold=True), Words("", italic=True)]
    # when made inert, then it is judged as a whole
    assert inert_words(split) == [Words("evil.example", code=True), Words(" ok", bold=True)]


def test_code_stays_as_it_is() -> None:
    # given code with an address in it, when made inert, then it is one piece of code
    assert inert_words([Words("GET https://a.example now", code=True)]) == [
        Words("GET https://a.example now", code=True)
    ]


def test_words_become_elements_and_plain_text() -> None:
    # given words of two styles, when turned, then styles are named only where there are any
    elements = elements_of([Words("a <b> "), Words("c", bold=True, code=True)])
    assert elements == [
        {"type": "text", "text": "a <b> "},
        {"type": "text", "text": "c", "style": {"bold": True, "code": True}},
    ]
    assert plain_of(elements) == "a &lt;b&gt; `c`"
