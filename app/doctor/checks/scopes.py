"""The scopes of the installed app against those of the manifest."""

from collections.abc import Iterator

from app.doctor.bench import Bench, Unasked
from app.doctor.examining import Check, Finding


def _look(bench: Bench) -> Iterator[Finding]:
    try:
        told = bench.told_or_unasked
    except Unasked:
        return
    granted = frozenset(one.strip() for one in told.headers.get("x-oauth-scopes", "").split(",")) - {""}
    if not granted:
        yield CHECK.warn(
            "Slack did not say which scopes the token has.", f"Compare {bench.app_page}/oauth with `tagwork manifest`."
        )
        return
    needed, optional = bench.manifest_scopes, bench.optional_scopes
    missing, declined, more = sorted(needed - granted), sorted(optional - granted), sorted(granted - needed - optional)
    if missing:
        yield CHECK.fail(
            f"The token lacks {', '.join(missing)}.",
            f"Paste `tagwork manifest` at {bench.app_page}/app-manifest, install the app again, copy the new token.",
        )
    if more:
        yield CHECK.warn(
            f"The token has more than Tagwork uses: {', '.join(more)}.", f"Take them away at {bench.app_page}/oauth."
        )
    if not missing and not more:
        without = f" Declined: {', '.join(declined)}; the tools that need them will say so." if declined else ""
        yield CHECK.ok(f"The token has the scopes of the manifest, and no others.{without}")


CHECK = Check("scopes", 30, _look)
