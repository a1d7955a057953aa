"""Figures of a table beside those of a page, group by group: the difference is calculated by the querying tool."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.rehearsal.claude.offline_model.asking import Answered, ask
from app.rehearsal.claude.offline_model.attempts import Failed, Wanted, attempt
from app.rehearsal.claude.offline_model.chart_words import apart
from app.rehearsal.claude.offline_model.charting import Series, charted, wants_chart
from app.rehearsal.claude.offline_model.columns import chosen, measured, rivals
from app.rehearsal.claude.offline_model.conversation import Conversation
from app.rehearsal.claude.offline_model.file_results import Column, Table
from app.rehearsal.claude.offline_model.filters import filters_of
from app.rehearsal.claude.offline_model.gap_answers import Gap, answer_gaps
from app.rehearsal.claude.offline_model.lexicon import is_target_word
from app.rehearsal.claude.offline_model.lines import CHART, of_clause, page_name
from app.rehearsal.claude.offline_model.outcomes import Outcome, Said
from app.rehearsal.claude.offline_model.page_results import PageRead, PageTable, number_of
from app.rehearsal.claude.offline_model.query_results import read_query_result
from app.rehearsal.claude.offline_model.questions import Question
from app.rehearsal.claude.offline_model.reading import Reading
from app.rehearsal.claude.offline_model.sql import gap_sql
from app.rehearsal.claude.offline_model.table_work import query_arguments
from app.rehearsal.claude.offline_model.tool_roles import table_querier
from app.rehearsal.claude.offline_model.words import stems


@dataclass(frozen=True, slots=True)
class Matched:
    """A column of a table whose values a page's table has figures for."""

    table: Table
    group: Column
    page: str
    aim: str
    figures: Mapping[str, str]


def pursue_gap(
    clause: str, files: Reading, pages: Mapping[str, PageRead], failures: Sequence[str], talk: Conversation
) -> Outcome:
    """Return the next call for a clause that sets a table's figures beside a page's, or its answer."""
    told = [*files.failures, *failures]
    matched = _matched(files, pages)
    role = table_querier(talk.tools)
    if matched is None or role is None:
        names = ", ".join(
            [*(file.name for file in files.files), *(page.title or page_name(url) for url, page in pages.items())]
        )
        missing = (
            "I found no figures that belong together there" if role else "I have no tool that calculates over tables"
        )
        return Said("\n".join([f"I read {names}. {missing}.", *told]))
    line, after = of_clause(clause), (CHART,) if wants_chart(clause, talk) else ()
    said = [word for word in stems(apart(clause)[0]) if not is_target_word(word)]
    numbers = measured(matched.table.columns)
    equal = rivals(numbers, said)
    if len(equal) > 1:
        stands = ask(
            f"{matched.table.file_name} has several columns that fit. Which one do you mean?",
            [column.name for column in equal],
            talk,
            line=line,
            ahead=after,
        )
        if isinstance(stands, Wanted):
            return stands
        if isinstance(stands, Failed):
            return Said("\n".join([stands.said, *told]))
        if isinstance(stands, Answered):
            equal = chosen(equal, stands.text)
    measure = next(iter(equal or numbers), None)
    if measure is None:
        return Said("\n".join([f"{matched.table.file_name} has no column of figures.", *told]))
    _, filters = filters_of(apart(clause)[0], matched.table)
    question = Question(
        "beside",
        matched.table,
        matched.group,
        (measure,),
        filters=tuple(one for one in filters if one.column is not None),
    )
    arguments = query_arguments(role[0], role[1], question, gap_sql(question, matched.aim, matched.figures), clause)
    stands_query = attempt(talk, role[0], arguments, line, after)
    if isinstance(stands_query, Wanted):
        return stands_query
    if isinstance(stands_query, Failed):
        return Said("\n".join([stands_query.said, *told]))
    gap = Gap(matched.group.name, measure.name, matched.aim, read_query_result(stands_query.result))
    title = f"Gap between {measure.name} and {matched.aim} by {matched.group.name}"
    drawn = charted(clause, talk, title, matched.group.name, gap.labels, (Series("gap", gap.differences),))
    if isinstance(drawn, Wanted):
        return drawn
    sources = f"Sources: {matched.table.file_name}, table {matched.table.name}; {matched.page}."
    return Said("\n\n".join(part for part in (answer_gaps(gap), drawn, "\n".join([sources, *told])) if part))


def _matched(files: Reading, pages: Mapping[str, PageRead]) -> Matched | None:
    """The table and the page that have most labels in common; the page named last, of equals."""
    found: list[tuple[int, Matched]] = []
    for url, page in pages.items():
        name = f"the page {page.title}" if page.title else f"the page {page_name(url)}"
        for listed in page.tables:
            for label in range(len(listed.header)):
                for file in files.files:
                    for table in file.tables:
                        found += _pairs(table, listed, label, name)
    return max(reversed(found), key=lambda pair: pair[0], default=(0, None))[1]


def _pairs(table: Table, listed: PageTable, label: int, page: str) -> list[tuple[int, Matched]]:
    aim = _aim(listed, label)
    if aim is None:
        return []
    figures = {row[label].strip("*_ "): number_of(row[aim]) for row in listed.rows if number_of(row[aim])}
    known = {name.casefold() for name in figures}
    pairs = []
    for at, column in enumerate(table.columns):
        common = known & {row[at].strip().casefold() for row in table.rows}
        if common and not column.numeric:
            name = listed.header[aim].strip("*_ ").lower() or "target"
            pairs.append((len(common), Matched(table, column, page, name, figures)))
    return pairs


def _aim(listed: PageTable, label: int) -> int | None:
    """The column of a page's table that holds what was to be reached, else the first other one of figures."""
    able = [at for at in range(len(listed.header)) if at != label and any(number_of(row[at]) for row in listed.rows)]
    named = [at for at in able if any(map(is_target_word, stems(listed.header[at])))]
    return next(iter(named or able), None)
