"""Two addresses are one only where a browser would ask for the same; nothing is cut off to make them one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.policy.addresses import exact, host_of, listed, of_same_host, same_host, written_in

LETTERS = "abcxyz0189-_~"
HOSTS = st.from_regex(r"[a-z][a-z0-9]{0,8}(\.[a-z]{2,4}){1,2}", fullmatch=True)
PATHS = st.lists(st.text(LETTERS, min_size=1, max_size=6), max_size=3).map(lambda parts: "/" + "/".join(parts))
QUERIES = st.text(LETTERS + "=&%", max_size=10).map(lambda query: f"?{query}" if query else "")
ADDRESSES = st.builds(
    lambda scheme, host, path, query: f"{scheme}://{host}{path}{query}",
    st.sampled_from(["http", "https"]),
    HOSTS,
    PATHS,
    QUERIES,
)


@given(ADDRESSES)
def test_an_exact_address_stays_as_it_is(address: str) -> None:
    # given any address, when it is made exact twice, then the second time changes nothing
    assert exact(exact(address)) == exact(address) != ""


@given(ADDRESSES, st.text(LETTERS + "/?&=.%", min_size=1, max_size=12))
def test_whatever_is_appended_makes_another_address(address: str, more: str) -> None:
    # given an address and something appended that a server would be sent
    appended = exact(address + more)
    # when both are compared, then they differ, but for a question mark with nothing behind it
    assert appended != exact(address) or more.strip("?") == ""


@given(ADDRESSES, st.text(max_size=40))
def test_only_addresses_that_stand_in_a_text_are_found_in_it(address: str, words: str) -> None:
    # given a text with one address in it
    found = written_in(f"{words}\n{address} ")
    # when addresses are looked for, then it is among them, and each stands in the text but for its spelling
    assert exact(address) in found
    assert all(exact(one) == one for one in found)


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("HTTPS://Example.COM", "https://example.com/"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("http://example.com:80", "http://example.com/"),
        ("https://example.com/a#part", "https://example.com/a"),
        ("https://example.com/grün?q=ß", "https://example.com/gr%C3%BCn?q=%C3%9F"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://[2001:DB8::1]/", "https://[2001:db8::1]/"),
        (
            "https://example.com/X!$&'()*+,;=:@%7Ea?X!$&'()*+,;=:@/?%7Eb",
            "https://example.com/X!$&'()*+,;=:@%7Ea?X!$&'()*+,;=:@/?%7Eb",
        ),
    ],
)
def test_what_a_browser_does_before_it_asks_changes_nothing(address: str, same: str) -> None:
    # given two spellings of one address, when made exact, then they are one
    assert exact(address) == same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/a", "http://example.com/a"),
        ("https://example.com/a", "https://example.com/A"),
        ("https://example.com/a", "https://example.com/a/"),
        ("https://example.com/a", "https://example.com/a?n=1234567"),
        ("https://example.com/a", "https://example.com:8443/a"),
        ("https://example.com/%61", "https://example.com/a"),
        ("https://example.com/", "https://example.com./"),
    ],
)
def test_everything_else_is_another_address(one: str, other: str) -> None:
    # given two addresses that a server can tell apart, when made exact, then they differ
    assert exact(one) != exact(other)


@pytest.mark.parametrize(
    "address",
    [
        *("", "example.com", "ftp://example.com/", "file:///etc/passwd", "javascript:alert(1)", "https:///a"),
        *("https://ann:secret@example.com/", "https://example.com@evil.example/", "https://exa mple.com/"),
        *("https://example.com\\@evil.example/", "https://example.com/a\nb", "https://example.com:99999/"),
        *("https://exa$mple.com/", "https://[::1%25eth0]/", "https://a..example/"),
        *(f"https://example.com/a{char}b" for char in '\\<>"`^{|}'),
        *("https://<evil>/", "https://example.com/a\x00", "https://example.com/" + "a" * 2_000, "https://[::1"),
    ],
)
def test_what_is_no_address_of_a_page_has_no_exact_form(address: str) -> None:
    # given something that no page has as its address, when made exact, then there is none
    assert exact(address) == ""


def test_no_letter_is_taken_for_punctuation() -> None:
    # given an address that ends with a letter, when looked for, then it is found whole and not also without it
    assert written_in("https://example.com/FIX") == {"https://example.com/FIX"}


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Look at https://example.com/a.", "https://example.com/a"),
        ("(see https://example.com/a_(b))", "https://example.com/a_(b)"),
        ("*https://example.com/a*, please", "https://example.com/a"),
        ("is it https://example.com/a?", "https://example.com/a"),
        ("https://example.com/a?x=1&y=2!", "https://example.com/a?x=1&y=2"),
        ("https://example.com/aを読んで", "https://example.com/a"),
        ("请看https://example.com/a。", "https://example.com/a"),
        ("https://example.com/grün, bitte", "https://example.com/gr%C3%BCn"),
    ],
)
def test_what_stands_behind_an_address_is_no_part_of_it(text: str, address: str) -> None:
    # given a sentence with an address, when addresses are looked for, then it is found without what follows
    assert address in written_in(text)


def test_a_host_counts_with_its_port_and_without_its_www() -> None:
    # given addresses of one host and of others, when compared, then only host and port tell
    assert same_host("https://example.com/a", "http://www.example.com/b")
    assert same_host("https://example.com./", "https://example.com/")
    assert not same_host("https://example.com:9443/", "https://example.com:8443/")
    assert not same_host("https://example.com/", "https://docs.example.com/")
    assert not same_host("https://example.com/", "https://example.com:8443/")
    assert not same_host("https://example.com/", "https://example.com.evil.example/")
    links = ["https://example.com/b#c", "https://evil.example/", "mailto:a@example.com"]
    assert of_same_host("https://example.com/a", links) == {"https://example.com/b"}


def test_a_star_stands_for_every_host_below_and_not_for_the_host_itself() -> None:
    # given a list of hosts, when hosts are looked up, then whole names count
    hosts = ["docs.example.com", "*.example.org"]
    assert listed("docs.example.com", hosts)
    assert listed("a.b.example.org", hosts)
    assert listed("docs.example.com.", hosts)
    assert not listed("xocs.example.com", hosts)
    assert not listed("example.org", hosts)
    assert not listed("evil-example.org", hosts)
    assert not listed("docs.example.com.evil.example", hosts)


def test_an_address_may_be_as_long_as_servers_take_it() -> None:
    # given addresses of two thousand letters and of one more, when made exact, then the latter has no form
    longest = "https://example.com/".ljust(2_000, "a")
    assert exact(longest) == longest
    assert exact(longest + "a") == ""


def test_what_only_begins_like_an_address_is_not_found() -> None:
    # given a text in which no page's address stands, when addresses are looked for, then there is none
    assert written_in("It begins with https://. Or http://?") == frozenset()


def test_the_host_of_an_address_is_without_port_and_path() -> None:
    # given an address, and none, when its host is asked for, then it is that alone
    assert host_of("https://docs.example.com:8443/a") == "docs.example.com"
    assert host_of("") == ""
