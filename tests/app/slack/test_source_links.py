"""Sources are links that lead where they say, and say where they lead."""

import pytest

from agents.messages import Link
from app.slack.source_links import may_be_live, sources_block, sources_text


@pytest.mark.failure_mode(67)
@pytest.mark.parametrize(
    ("url", "live"),
    [
        ("https://wiki.example/a?b=c#d", True),
        ("http://127.0.0.1:8080/pages/x", True),
        ("https://bücher.example/", True),
        ("ftp://wiki.example/", False),
        ("javascript:alert(1)", False),
        ("https://bank.example@evil.example/", False),
        ("https://wiki.example/\u202e", False),
        ("https://wiki.example/a b", False),
        ("https://wiki.example/<!here>", False),
        ("https:///path", False),
        ("https://[broken", False),
        ("https://wiki.example/" + "x" * 3_000, False),
    ],
)
def test_only_a_plain_address_of_the_web_is_live(url: str, live: bool) -> None:
    # given an address, when asked, then it is live only where it leads where it seems to
    assert may_be_live(url) is live


@pytest.mark.failure_mode(67)
@pytest.mark.parametrize(
    ("link", "shown"),
    [
        (Link("https://wiki.example/x", "Targets"), "Targets (`https://wiki.example/x`) (`wiki.example`)"),
        (Link("https://evil.example/", "https://bank.example"), "`evil.example` (`https://evil.example/`)"),
        (Link("https://acme.slack.com/files/U1/F1/s.csv", "s.csv"), "`s.csv` (`acme.slack.com` (`https://acme.slack.com/files/U1/F1/s.csv`))"),
        (Link("https://e.example/", "bank.example login"), "bank·example login (`https://e.example/`) (`e.example`)"),
        (Link("https://xn--80ak6aa92e.com/", "A"), "A (`https://xn--80ak6aa92e.com/`) (`xn--80ak6aa92e.com`)"),
        (Link("https://аррӏе.com/", "Apple"), "Apple (`https://аррӏе.com/`) (`xn--80ak6aa92e.com`)"),
        (Link("javascript:alert(1)", "<!channel>"), "‹!channel&gt;"),
    ],
)  # fmt: skip
def test_a_source_says_where_it_leads(link: Link, shown: str) -> None:
    # given a source, honest or not, when shown, then its host stands beside its title
    assert sources_text([link]) == f"Sources: {shown}"


def test_sources_beyond_the_room_for_them_are_counted() -> None:
    # given very many sources, when shown, then those that fit are links and the rest a number
    sources = [Link(f"https://wiki.example/{number}", f"Page {number}") for number in range(60)]
    elements = sources_block(sources)["elements"][0]["elements"]
    shown = [one for one in elements if one["type"] == "link"]
    assert elements[-1]["text"] == f" and {60 - len(shown)} more"
    assert 5 < len(shown) < 60
