"""What is frozen stays so until somebody thaws it on purpose."""

from agents.journal import freezes
from agents.journal.freezes import What
from agents.journal.transaction import Journal
from tests.given.workspaces import a_workspace


def standing(journal: Journal, workspace: str) -> list[tuple[str, str]]:
    return [(one.kind.value, one.what) for one in journal.read(lambda tx: freezes.standing(tx, workspace))]


def test_a_freeze_stands_once_until_it_is_thawed_and_may_then_come_again(journal: Journal) -> None:
    # given a workspace of which one tool is frozen
    workspace = a_workspace(journal).id

    def freeze() -> bool:
        return journal.write(
            lambda tx: freezes.freeze(tx, workspace, What.TOOL, "post_message", actor="person:U1", reason="leak")
        )

    assert freeze()

    # when it is frozen again, then nothing changes
    assert not freeze()
    assert standing(journal, workspace) == [("tool", "post_message")]

    # when it is thawed, then it is free; what is not frozen cannot be thawed; and it may be frozen anew
    thaw = lambda tx: freezes.thaw(tx, workspace, What.TOOL, "post_message", actor="person:U2")  # noqa: E731
    assert journal.write(thaw)
    assert standing(journal, workspace) == []
    assert not journal.write(thaw)
    assert freeze()


def test_a_freeze_of_one_workspace_is_none_of_another(journal: Journal) -> None:
    # given two workspaces, when one is frozen whole, then the other is not
    mine, other = a_workspace(journal).id, a_workspace(journal, team_id="T0OTHER").id
    journal.write(lambda tx: freezes.freeze(tx, mine, What.WORKSPACE, "", actor="person:U1", reason=""))
    assert standing(journal, mine) == [("workspace", "")]
    assert standing(journal, other) == []
