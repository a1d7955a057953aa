"""A web page that stands beside Slack."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class WebPage:
    """One page. `wait`: seconds before it answers; `drip`: seconds before each byte; `endless`: the body, for ever;
    `cuts`: the connection breaks in place of the answer."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    drip: float = 0.0
    endless: bool = False
    cuts: bool = False
