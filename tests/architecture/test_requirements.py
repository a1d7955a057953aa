"""The ledger of requirements: each is shown by a test, or says what is not and why."""

from tests.requirements.ledger import PAGE, page, requirements, shown


def test_every_requirement_is_shown_or_says_why_not() -> None:
    # given AUTHZ-01 to AUTHZ-29, of which there is no 19, when their tests are gathered, then each has one or says why
    known, tests = requirements(), shown()
    assert [one.id for one in known] == [f"AUTHZ-{number:02}" for number in range(1, 30) if number != 19]
    assert not [one.id for one in known if not one.open and one.id not in tests]
    assert all(one.says.endswith(".") for one in known)


def test_no_mark_names_what_is_not_listed() -> None:
    # given the marks of the suite, when each is looked up, then its requirement is listed
    assert not shown().keys() - {one.id for one in requirements()}


def test_the_page_is_current() -> None:
    # given docs/reference/security.md, when printed again, then it is the same
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"
