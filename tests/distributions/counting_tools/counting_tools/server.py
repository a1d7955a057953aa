"""The one HTTP call of each counting tool, to the server named by the tool's setting `url`."""

import json
import urllib.error
import urllib.request
from http.client import RemoteDisconnected

from tools.contract import ToolContext, ToolFailed, Unavailable

# a proxy named by the environment must not come between
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(context: ToolContext, method: str, tool: str, *, what: str = "", repeatable: bool = True) -> str | None:
    """Return the server's words, or None where it answers 404.

    Args:
        repeatable: whether nothing can have happened where the answer was lost; else the fault goes up, and who runs
            the call asks its proof.

    Raises:
        Unavailable: no connection, or the answer of a repeatable call was lost.
        ToolFailed: the server said no.
    """
    body = json.dumps({"what": what}).encode() if method == "POST" else None
    request = urllib.request.Request(f"{context.settings['url']}/{tool}/{context.call_id}", data=body, method=method)
    try:
        with _opener.open(request, timeout=context.seconds) as answer:
            return str(json.load(answer)["text"])
    except urllib.error.HTTPError as no:
        if no.code == 404:
            return None
        if no.code in (429, 503):
            raise Unavailable(f"The counting server answered {no.code}.", retry_after=1.0) from no
        raise ToolFailed(f"The counting server answered {no.code}.") from no
    except RemoteDisconnected as lost:
        if repeatable:
            raise Unavailable("The counting server's answer was lost.", retry_after=0.1) from lost
        raise
    except urllib.error.URLError as fault:
        if repeatable or isinstance(fault.reason, ConnectionRefusedError):
            raise Unavailable(f"The counting server cannot be reached: {fault.reason}.", retry_after=0.5) from fault
        raise
