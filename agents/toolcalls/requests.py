"""Lends a tool the services that admins have lent Grants for, where its Run is."""

from agents.errors import JournalBusy
from agents.grants.grant import Grant, refusal
from agents.grants.sending import Question, send
from agents.journal import grants, policies
from agents.journal.transaction import Transaction
from agents.policy.resolving import holds_in
from agents.toolcalls.lent import Lent
from agents.web.fetching import Reach
from tools.contract import Answered, BadArguments, ToolFailed, Unavailable


class LentRequests:
    """Requests through Grants (tools.contract.Requests)."""

    def __init__(self, lent: Lent, reach: Reach) -> None:
        self._lent = lent
        self._reach = reach

    def send(
        self, grant: str, method: str, url: str, *, body: str = "", media_type: str = "", keyed: bool = False
    ) -> Answered:
        """Send one request; that it goes out is written down first."""
        try:
            lent_here = self._lent.journal.read(self._lent_here)
            found = _chosen(lent_here, grant, method, url, keyed=keyed)
            if not self._lent.journal.write(lambda tx: self._use(tx, found, method)):
                raise ToolFailed(f"{found.name} was revoked just now. Nothing was sent.")
        except JournalBusy:
            raise Unavailable("the journal does not answer") from None
        question = Question(method, url, body, media_type, self._lent.call.id)
        return send(found, question, self._reach.keys, self._reach)

    def _lent_here(self, tx: Transaction) -> list[Grant]:
        """Return the Grants that the policy in force names for the Run's channel."""
        call, place = self._lent.call, self._lent.place
        organisation = policies.newest(tx, policies.ORGANISATION)
        holding = holds_in(organisation, policies.newest(tx, call.workspace_id), place.channel)
        names = {one.value for one in holding.grants}
        return [one for one in grants.standing(tx, call.workspace_id) if one.name in names]

    def _use(self, tx: Transaction, grant: Grant, method: str) -> bool:
        call = self._lent.call
        actor = f"worker:{call.lease_owner}" if call.lease_owner else "worker"
        return grants.use(tx, grant, method=method, actor=actor, run_id=call.run_id, call=call.id)


def _chosen(lent_here: list[Grant], name: str, method: str, url: str, *, keyed: bool) -> Grant:
    """Return the Grant of that name, good for that request. Raises BadArguments."""
    there_are = "; ".join(f"{one.name}: {one.reaches}" for one in lent_here) or "none"
    found = next((one for one in lent_here if one.name == name), None)
    if found is None:
        raise BadArguments(f"There is no Grant {name} here. There are: {there_are}.")
    why = refusal(found, method, url)
    if why:
        raise BadArguments(f"{why} There are: {there_are}.")
    if keyed and not found.key_header:
        raise BadArguments(f"{name} has no header for a key, so a request cannot be repeated: use send_request.")
    return found
