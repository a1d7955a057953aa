"""What the model writes pings nobody, links nowhere and unfurls nothing."""

import pytest

from tests.given.replies import says
from tests.given.tagwork import TagworkProcesses, answered, posts_in

HOSTILE = (
    "<!channel> <!here> <!everyone> @channel <@U0BEN000001> <!subteam^S0TEAM> <#C0FINANCE01> "
    "[click](https://evil.example/?q=secret) https://evil.example/raw <https://evil.example/x|Slack> "
    "mailto:x@evil.example"
)


@pytest.mark.failure_mode(30)
@pytest.mark.failure_mode(67)
def test_mentions_broadcasts_and_links_of_the_model_are_inert_in_the_thread(served: TagworkProcesses) -> None:
    # given a model that tries to ping everyone and to link elsewhere
    says(served.rehearsal, HOSTILE)

    # when its answer is posted
    posted = served.rehearsal.post("ann", "sales", "@tagwork say something nice")
    answered(served.rehearsal, posted)

    # then no block of it is a mention, a broadcast or a link, and neither is anything in the text beside the blocks
    [shown] = posts_in(served.rehearsal, posted)
    kinds = _types(shown["blocks"])
    assert not kinds & {"broadcast", "user", "usergroup", "channel", "link"}
    written = shown["text"]
    for live in ("<!channel>", "<!here>", "<!everyone>", "<@U0BEN000001>", "<!subteam", "<#C0", "](https:", "<https:"):
        assert live not in written
    [call] = [one for one in served.rehearsal.calls("chat.postMessage") if one["ts"] == shown["ts"]]
    assert call["args"]["unfurl_links"] in (False, "false")
    assert call["args"]["unfurl_media"] in (False, "false")


def _types(value: object) -> set[str]:
    if isinstance(value, dict):
        own = {str(value["type"])} if "type" in value else set()
        return own.union(*(_types(one) for one in value.values()))
    if isinstance(value, list):
        return set().union(*(_types(one) for one in value))
    return set()
