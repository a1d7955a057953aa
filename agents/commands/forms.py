"""How each command is written, with an example that works, and the form in which one is said again. Pure."""

from dataclasses import dataclass

from agents.commands.words import EVERYONE, HERE, WORKSPACE, Command, Verb


@dataclass(frozen=True, slots=True)
class Form:
    """One line of help: how it is written, examples (the first one is shown), and what it does."""

    form: str
    examples: tuple[str, ...]
    says: str

    @property
    def shown(self) -> str:
        """Return the first example as people see it, with names for ids."""
        example = self.examples[0]
        for one, name in NAMES.items():
            example = example.replace(one, name)
        return example


NAMES = {"S0SALESTEAM": "sales-team", "C0SALES0001": "sales", "U0BEN000001": "ben"}
"""Names of those in the examples."""


PLACE = "[in #channel|here|workspace]"
WHOM = "[for @group|@person|members|guests|everyone]"

FORMS: dict[Verb, Form] = {
    Verb.HELP: Form("help", ("help",), "what I am, and all commands"),
    Verb.STATUS: Form("status", ("status",), "what runs in this channel, and what ended last"),
    Verb.STOP: Form("stop [#number]", ("stop #142", "stop"), "stops it"),
    Verb.AUDIT: Form("audit [#number]", ("audit #142", "audit"), "what it did, with the rule that decided each call"),
    Verb.WHY: Form(
        "why [#number | link of a message | tool]",
        ("why post_message", "why #142", "why", "why https://home.slack.com/archives/C0SALES0001/p1795546120000200"),
        "which rule decides, and what would change it",
    ),
    Verb.POLICY: Form(
        "policy [preset careful|standard|open]",
        ("policy", "policy preset careful"),
        "what holds here, or begins with another preset",
    ),
    Verb.ALLOW: Form(
        f"allow tool {WHOM} {PLACE} [until 2027-01-31]",
        ("allow post_message for @S0SALESTEAM in #C0SALES0001", "allow post_message", "allow * for members in here"),
        "lets it be used without asking",
    ),
    Verb.ASK: Form(
        f"ask tool {WHOM} {PLACE} [until 2027-01-31]",
        ("ask set_topic in workspace", "ask write_canvas for guests until 2027-01-31"),
        "lets it be used after a yes",
    ),
    Verb.DENY: Form(
        f"deny tool {WHOM} {PLACE} [until 2027-01-31]",
        ("deny fetch_page in #C0SALES0001", "deny send_* for @U0BEN000001 in workspace"),
        "keeps it from being used",
    ),
    Verb.ON: Form(f"on {PLACE}", ("on", "on in #C0SALES0001"), "answers there"),
    Verb.OFF: Form(f"off {PLACE}", ("off", "off in workspace"), "answers nobody there"),
    Verb.WHO: Form(
        f"who members|admins|@group … {PLACE}, or who guests allow|restrict|channel_only {PLACE}",
        ("who @S0SALESTEAM", "who members in workspace", "who guests channel_only in #C0SALES0001", "who admins"),
        "who may ask",
    ),
    Verb.REPLY: Form(
        f"reply mention|follow|read_along {PLACE}",
        ("reply mention", "reply follow in workspace", "reply read_along in #C0SALES0001"),
        "what starts me: mentions alone, replies in a thread that I answered, or whatever is written",
    ),
    Verb.MODEL: Form(
        f"model name|none {PLACE}", ("model claude-haiku-5", "model none in workspace"), "the model of new requests"
    ),
    Verb.BUDGET: Form(
        f"budget [amount|none a run|day|month [per person]] {PLACE}",
        ("budget 5 USD a day", "budget", "budget 0.50 a run in workspace", "budget none a day per person in workspace"),
        "how much may be spent, or what is left",
    ),
    Verb.APPROVERS: Form(
        f"approvers [@person|@group … | none] {PLACE}",
        ("approvers @U0BEN000001 @S0SALESTEAM", "approvers", "approvers none in workspace"),
        "who may say yes where a rule names nobody",
    ),
    Verb.FREEZE: Form(
        "freeze [tool|@person|#channel|workspace] [because …]",
        ("freeze #C0SALES0001 because something is wrong", "freeze", "freeze post_message", "freeze workspace"),
        "stops it at once, until it is thawed",
    ),
    Verb.THAW: Form("thaw [tool|@person|#channel|workspace]", ("thaw", "thaw @U0BEN000001"), "lets it go on"),
    Verb.USAGE: Form("usage", ("usage",), "what was spent"),
    Verb.RUNS: Form("runs", ("runs",), "what you asked for and has not ended, wherever it is"),
    Verb.GRANTS: Form("grants", ("grants",), "which credentials may be used here"),
    Verb.ROUTINES: Form("routines", ("routines",), "what runs by the clock: not built yet"),
}


def help_lines() -> list[str]:
    """Return a line for each command."""
    return [f"- `/tagwork {one.form}`: {one.says}" for one in FORMS.values()]


def said(command: Command) -> str:
    """Return a command as it would be typed: reading that gives the same command."""
    words = [command.verb.value]
    if command.number is not None:
        words.append(f"#{command.number}")
    words += _about(command)
    if command.where:
        words += ["in", command.where if command.where in {HERE, WORKSPACE} else f"#{command.where}"]
    if command.until is not None:
        words += ["until", command.until.isoformat()]
    if command.because:
        words += ["because", command.because]
    return " ".join(words)


def _about(command: Command) -> list[str]:
    whom = [_named(one) for one in command.whom]
    match command.verb:
        case Verb.POLICY if command.what:
            return ["preset", command.what]
        case Verb.ALLOW | Verb.ASK | Verb.DENY:
            return [command.what, *(["for", *whom] if command.whom else [])]
        case Verb.BUDGET if command.per:
            amount = "none" if command.usd is None else f"{command.usd} USD"
            return [amount, "a", command.per, *(["per", "person"] if command.per_person else [])]
        case Verb.WHO:
            return [*whom, *([command.what] if command.what else [])]
        case Verb.FREEZE | Verb.THAW:
            return whom if command.whom else [command.what] if command.what else []
        case _:
            return [*whom, *([command.what] if command.what else [])]


def _named(one: str) -> str:
    if one == EVERYONE or one.islower():
        return one
    return f"#{one}" if one[0] in "CGD" else f"@{one}"
