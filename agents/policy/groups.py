"""The user groups that a policy names: of these it must be known who is in them before anything is judged. Pure."""

from collections.abc import Iterable, Iterator

from agents.policy.document import Document, Part, Rule
from agents.policy.facts import wheres_of


def groups_named(documents: Iterable[Document]) -> frozenset[str]:
    """Return the ids of all user groups that rules, ceilings or settings of these documents name."""
    return frozenset(one for document in documents for one in _named(document))


def _named(document: Document) -> Iterator[str]:
    for where in wheres_of(document):
        test = where.groups
        if test is not None:
            yield from (*(test.any_of or ()), *(test.all_of or ()), *(test.none_of or ()))
    for part in (document.default, *document.channels.values()):
        yield from _of_settings(part)
        yield from _of_approvers(part.rules)
    for bundle in document.bundles.values():
        yield from _of_approvers(bundle.rules)


def _of_settings(part: Part) -> Iterator[str]:
    settings = part.settings
    for groups in (settings.asking.groups, settings.approvers.groups, settings.editors.groups):
        yield from groups or ()


def _of_approvers(rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        if rule.approvers is not None:
            yield from rule.approvers.groups or ()
