"""Every setting: type, default, unit, one sentence. Read here and nowhere else, and handed down as small frozen values.

Environment over `*_FILE` over TOML. docs/reference/settings.md is printed from this file.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from agents.errors import BadSetting

PREFIX = "TAGWORK_"
OTHERS = {
    "SLACK_BOT_TOKEN": ("slack", "bot_token"),
    "SLACK_APP_TOKEN": ("slack", "app_token"),
    "SLACK_SIGNING_SECRET": ("slack", "signing_secret"),
    "SLACK_API_URL": ("slack", "api_url"),
    "ANTHROPIC_API_KEY": ("anthropic", "api_key"),
    "ANTHROPIC_BASE_URL": ("anthropic", "base_url"),
}
"""Variables whose names others have coined: honoured as they are."""

SECRETS = frozenset(
    {("slack", "bot_token"), ("slack", "app_token"), ("slack", "signing_secret"), ("anthropic", "api_key")}
)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Slack(_Part):
    """How Tagwork reaches Slack."""

    bot_token: SecretStr = Field(default=SecretStr(""), description="The bot's token, xoxb-…")
    app_token: SecretStr = Field(default=SecretStr(""), description="For Socket Mode: the app-level token, xapp-…")
    signing_secret: SecretStr = Field(
        default=SecretStr(""), description="For HTTP: the secret by which Slack signs its requests."
    )
    api_url: str = Field(
        default="https://slack.com/api/",
        pattern=r"^https?://.+/api/$",
        description="Base of the Web API; ends in /api/.",
    )
    call_budget: float = Field(
        default=1.0,
        ge=0,
        le=10_000,
        description="How many times the call limits that Slack publishes may be used; 0: no budget of our own, so that "
        "only Slack says when to wait.",
    )


class Anthropic(_Part):
    """How Tagwork reaches Claude."""

    api_key: SecretStr = Field(default=SecretStr(""), description="The key of your own Anthropic organisation.")
    base_url: str = Field(
        default="",
        pattern=r"^(https?://.+)?$",
        description="Another address for the Messages API; empty: Anthropic's own.",
    )


class Limits(_Part):
    """What one Run may use before it ends with a sentence that names the limit, and how much may be under way."""

    turns: int = Field(default=40, ge=1, description="Model calls of one Run.")
    minutes: int = Field(default=60, ge=1, description="Wall clock of one Run, in minutes.")
    tokens: int = Field(default=2_000_000, ge=1_000, description="Tokens of one Run, prompts included.")
    usd: float = Field(default=5.0, gt=0, description="Money of one Run, in US dollars.")
    input_characters: int = Field(
        default=30_000, ge=100, description="Longest message that becomes a request, in characters."
    )
    reply_tokens: int = Field(
        default=16_000, ge=256, description="Longest reply of one model call, thinking included, in tokens."
    )
    turn_seconds: int = Field(default=300, ge=5, description="Longest model call, in seconds.")
    workspace_slots: float = Field(
        default=0.75,
        gt=0,
        le=1,
        description="The part of all workers' threads that Turns and tool calls of one workspace may hold at once; the "
        "rest stays free for others, and for answers on their way.",
    )
    channel_slots: float = Field(default=0.6, gt=0, le=1, description="The same for one channel.")
    person_slots: float = Field(default=0.5, gt=0, le=1, description="The same for one person in one channel.")
    workspace_at_once: int = Field(
        default=0,
        ge=0,
        description="Turns and tool calls of one workspace that may be under way at once, however many threads there "
        "are; 0: no such cap.",
    )
    channel_at_once: int = Field(default=0, ge=0, description="The same for one channel.")
    person_at_once: int = Field(default=0, ge=0, description="The same for one person in one channel.")


class Policy(_Part):
    """What tools may do beyond reading in their own thread."""

    allow: tuple[str, ...] = Field(default=(), description="Names of further tools that are allowed.")


class Web(_Part):
    """Which pages may be read, beyond those whose address someone who asks wrote in the thread."""

    enabled: bool = Field(default=True, description="Whether web pages are read at all.")
    hosts: tuple[Annotated[str, Field(pattern=r"^(\*\.[a-z0-9-]+\.)?[a-z0-9-]+(\.[a-z0-9-]+)*$")], ...] = Field(
        default=(),
        description="Hosts whose pages may all be read; `*.example.com` stands for every host under example.com.",
    )
    reachable: tuple[Annotated[str, Field(pattern=r"^([0-9.]+|\[[0-9a-f:]+\]):[0-9]{1,5}$")], ...] = Field(
        default=(),
        description=(
            "Private addresses that may be reached, each as ADDRESS:PORT, such as 10.1.2.3:443: for pages of your own "
            "network, rehearsals and tests. What may be read there is judged as everywhere."
        ),
    )


class Engine(_Part):
    """How work is leased."""

    lease_seconds: float = Field(
        default=30.0, ge=1, le=300, description="How long a worker holds a row without a sign of life, in seconds."
    )
    workers: int = Field(default=0, ge=0, le=64, description="Worker processes of `serve`; 0: one for every two cores.")
    threads: int = Field(default=32, ge=1, le=256, description="Threads of one worker process.")
    listen: str = Field(
        default="127.0.0.1:3001",
        pattern=r"^(.+:\d{1,5})?$",
        description="A worker's /livez, /readyz and /metrics; a further worker takes the next port. Empty: none.",
    )


class Clock(_Part):
    """For tests."""

    offset_file: Path | None = Field(
        default=None, description="A file that holds one number of seconds, added to every clock."
    )


class Settings(_Part):
    """All of them."""

    home: Path = Field(default=Path("~/.local/share/tagwork"), description="Where SQLite, keys and sockets live.")
    database_url: str = Field(
        default="", description="The journal: postgresql://… or sqlite:///PATH; empty: SQLite in home."
    )
    broker_url: str = Field(
        default="", description="Redis or Valkey: redis://…; empty: `serve` starts a Valkey of its own."
    )
    model: str = Field(default="claude-sonnet-5-5", description="The model that plans and answers.")
    effort: str = Field(
        default="medium", pattern="^(low|medium|high|xhigh|max)$", description="How hard the model thinks: low to max."
    )
    provider: str = Field(default="agents.models.claude", description="The module of the model provider.")
    listen: str = Field(
        default="127.0.0.1:3000", pattern=r"^.+:\d{1,5}$", description="Address of the HTTP server: host:port."
    )
    log_format: str = Field(
        default="auto", pattern="^(auto|json|text)$", description="json, text, or auto: text in a terminal."
    )
    channels: tuple[str, ...] = Field(
        default=(), description="Ids of channels where it answers; empty: wherever it is invited."
    )
    reply_mode: str = Field(
        default="follow",
        pattern="^(mention|follow)$",
        description="What starts the next Run in a thread that has had one: follow: any reply, unless it begins by "
        "addressing someone else; mention: only a mention.",
    )
    slack: Slack = Slack()
    anthropic: Anthropic = Anthropic()
    limits: Limits = Limits()
    policy: Policy = Policy()
    web: Web = Web()
    engine: Engine = Engine()
    clock: Clock = Clock()
    tools: dict[str, dict[str, str]] = Field(default_factory=dict, description="Options of single tools: [tools.NAME].")

    @property
    def folder(self) -> Path:
        """The data folder, with ~ resolved."""
        return self.home.expanduser().absolute()

    @property
    def journal_url(self) -> str:
        """Where the journal is."""
        return self.database_url or f"sqlite:///{self.folder / 'journal.db'}"

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of the app's HTTP server."""
        return _address(self.listen)

    @property
    def worker_address(self) -> tuple[str, int] | None:
        """Host and first port of the workers' HTTP servers; None where they have none."""
        return _address(self.engine.listen) if self.engine.listen else None


def _address(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    return host, int(port)


def load(environ: Mapping[str, str] | None = None, config: Path | None = None) -> Settings:
    """Return the settings in force.

    Raises:
        BadSetting: a key or TAGWORK_ variable that is unknown, a value of the wrong shape, or two forms of one secret.
    """
    environ = os.environ if environ is None else environ
    home = Path(environ.get("TAGWORK_HOME") or Settings.model_fields["home"].default).expanduser()
    values = _from_toml(config, home)
    from_toml = _paths(values)
    for path, value, name in _from_environment(environ):
        if path in SECRETS and path in from_toml:
            raise BadSetting(f"{name} and the configuration file both set {'.'.join(path)}. Keep one of them.")
        _put(values, path, value)
    try:
        return Settings.model_validate(values)
    except ValidationError as fault:
        raise BadSetting(_in_words(fault)) from None


def secrets_of(settings: Settings) -> list[str]:
    """Return every secret that the settings hold, passwords within addresses too, so that no line shows one."""
    found = [getattr(getattr(settings, part), name).get_secret_value() for part, name in SECRETS]
    for url in (settings.database_url, settings.broker_url):
        password = urlsplit(url).password
        # it may stand in a text as it was written, or as it is meant
        found += [password, unquote(password)] if password else []
    return [one for one in found if one]


def _from_toml(config: Path | None, home: Path) -> dict[str, Any]:
    path = config or home / "tagwork.toml"
    if not path.is_file():
        if config is not None:
            raise BadSetting(f"--config names {config}, and there is no such file.")
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as fault:
        raise BadSetting(f"{path} cannot be read as TOML: {fault}") from None


def _from_environment(environ: Mapping[str, str]) -> list[tuple[tuple[str, ...], Any, str]]:
    found: dict[tuple[str, ...], tuple[Any, str]] = {}
    for name, raw in sorted(environ.items()):
        plain = name.removesuffix("_FILE")
        path = OTHERS.get(name) or OTHERS.get(plain) or (_own_path(name) if name.startswith(PREFIX) else None)
        if path is None:
            continue
        value: Any = raw
        if name.endswith("_FILE") and name not in OTHERS and path not in {("clock", "offset_file")}:
            value = _of_file(name, raw)
        if path in found:
            raise BadSetting(f"{name} and {found[path][1]} both set {'.'.join(path)}. Keep one of them.")
        if raw == "" and name in OTHERS:
            continue
        found[path] = (_listed(path, value), name)
    return [(path, value, name) for path, (value, name) in found.items()]


def _own_path(name: str) -> tuple[str, ...]:
    """Return where a TAGWORK_ variable belongs. Raises BadSetting where it belongs nowhere."""
    for candidate in (name, name.removesuffix("_FILE")):
        path = tuple(candidate.removeprefix(PREFIX).lower().split("__"))
        if path[0] == "tools" and len(path) == 3:
            return path
        model: Any = Settings
        for at, part in enumerate(path):
            fields = getattr(model, "model_fields", {})
            if part not in fields:
                break
            model = fields[part].annotation
            if (
                at == len(path) - 1
                and not (isinstance(model, type) and issubclass(model, BaseModel))
                and part != "tools"
            ):
                return path
    raise BadSetting(f"{name} is no setting of Tagwork. See docs/reference/settings.md for all of them, or unset it.")


def _of_file(name: str, path: str) -> str:
    try:
        return Path(path).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise BadSetting(f"{name} names a file that cannot be read: {type(fault).__name__}.") from None


def _listed(path: tuple[str, ...], value: str) -> Any:
    if path in {("channels",), ("policy", "allow"), ("web", "hosts"), ("web", "reachable")}:
        return tuple(part for part in re.split(r"[,\s]+", value) if part)
    return value


def _put(values: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for part in path[:-1]:
        values = values.setdefault(part, {})
        if not isinstance(values, dict):
            raise BadSetting(f"{part} in the configuration file must be a table, such as [{part}].")
    values[path[-1]] = value


def _paths(values: Mapping[str, Any], at: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for key, value in values.items():
        found |= _paths(value, (*at, key)) if isinstance(value, dict) else {(*at, key)}
    return found


def _in_words(fault: ValidationError) -> str:
    lines = []
    for one in fault.errors():
        path = tuple(str(part) for part in one["loc"])
        name = next((other for other, where in OTHERS.items() if where == path), PREFIX + "__".join(path).upper())
        if one["type"] == "extra_forbidden":
            lines.append(f"{'.'.join(path)} is no setting of Tagwork. See docs/reference/settings.md for all of them.")
            continue
        field = _field(path)
        wanted = f" It is: {field}" if field else ""
        lines.append(f"{name} has the wrong shape: {one['msg']}.{wanted}")
    return "\n".join(lines)


def _field(path: tuple[str, ...]) -> str:
    model: Any = Settings
    text = ""
    for part in path:
        fields = getattr(model, "model_fields", {})
        if part not in fields:
            return text
        text, model = fields[part].description or "", fields[part].annotation
    return text
