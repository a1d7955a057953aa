"""Answer a clause that names a web page: what the page says, or its figures beside those of a table."""

import re
from collections.abc import Mapping, Sequence

from app.rehearsal.claude.offline_model.addresses import URL, pages_in
from app.rehearsal.claude.offline_model.attempts import Failed, Proposed, Succeeded, Wanted, attempt
from app.rehearsal.claude.offline_model.charting import wants_chart
from app.rehearsal.claude.offline_model.conversation import Conversation
from app.rehearsal.claude.offline_model.gaps import pursue_gap
from app.rehearsal.claude.offline_model.lines import CHART, of_clause, of_page, page_name
from app.rehearsal.claude.offline_model.outcomes import Outcome, Said
from app.rehearsal.claude.offline_model.page_results import PageRead, read_page_result
from app.rehearsal.claude.offline_model.question_words import COMPARE, relation_of
from app.rehearsal.claude.offline_model.reading import can_read, read_files
from app.rehearsal.claude.offline_model.sentences import first_sentences, speaking_of
from app.rehearsal.claude.offline_model.text_work import NOT_A_SUBJECT, WHOLE
from app.rehearsal.claude.offline_model.tool_roles import page_reader
from app.rehearsal.claude.offline_model.words import telling_stems

COMPARES = re.compile(r"\b(?:gap|gaps|deviation|shortfall|difference|differ\w*|match\w*)\b", re.I)
READS = re.compile(r"\b(?:read|open|fetch|get|visit|page|wiki|article|website|url)\b", re.I)


def names_page(clause: str, talk: Conversation) -> bool:
    """Whether a clause names a page and a tool could read it."""
    return page_reader(talk.tools) is not None and bool(pages_in(clause))


def pursue_page(clause: str, talk: Conversation) -> Outcome:
    """Return the next calls for a clause that names pages, or its answer."""
    compares = can_read(talk) and (COMPARE.search(clause) or COMPARES.search(clause) or relation_of(clause))
    ahead = (of_clause(clause), *((CHART,) if wants_chart(clause, talk) else ())) if compares else ()
    plain = URL.sub(" ", clause)
    files = read_files(plain, talk, ahead=ahead) if compares else None
    pages = read_pages(clause, talk, ahead=ahead)
    calls: list[Proposed] = [call for one in (files, pages) if isinstance(one, Wanted) for call in one.calls]
    if calls or isinstance(pages, Wanted) or isinstance(files, Wanted):
        return Wanted(tuple(calls), ahead)
    read, failures = pages
    if files is None or not read:
        return Said("\n".join([*(_told(plain, url, page) for url, page in read.items()), *failures]))
    return pursue_gap(plain, files, read, failures, talk)


def read_pages(
    clause: str, talk: Conversation, *, ahead: tuple[str, ...] = ()
) -> Wanted | tuple[Mapping[str, PageRead], Sequence[str]]:
    """Return the calls that read the pages a clause names; or the pages by address, and sentences about the others."""
    role = page_reader(talk.tools)
    if role is None:
        return {}, ()
    calls: list[Proposed] = []
    read, failures = {}, []
    for url in pages_in(clause):
        stands = attempt(talk, role[0], {role[1]: url}, of_page(url))
        if isinstance(stands, Wanted):
            calls += stands.calls
        elif isinstance(stands, Failed):
            failures.append(stands.said)
        elif isinstance(stands, Succeeded):
            read[url] = read_page_result(stands.result)
    return Wanted(tuple(calls), ahead) if calls else (read, failures)


def _told(clause: str, url: str, page: PageRead) -> str:
    """What a page says on the clause's subject; how it begins, where the clause names none or the page has nothing."""
    subject = (
        []
        if WHOLE.search(clause)
        else [word for word in telling_stems(READS.sub(" ", clause)) if word not in NOT_A_SUBJECT]
    )
    passage = " ".join(speaking_of(page.text, subject)[:3]) if subject else ""
    name = page.title or f"The page {page_name(url)}"
    if subject and not passage and page.title:
        return f"I read {name} and found nothing there about that. It begins: “{first_sentences(page.text)}”"
    return f"{name} says: “{passage or first_sentences(page.text, 5)}”"
