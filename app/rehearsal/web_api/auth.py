"""auth.test and apps.connections.open."""

import secrets

from app.rehearsal.json_shape import Json
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.arguments import Arguments
from app.rehearsal.web_api.methods import method


@method("auth.test", tier=None)
def auth_test(stage: Stage, args: Arguments) -> Json:
    """Who this token is (slack.md 5.2)."""
    world = stage.world
    answer: Json = {
        "url": f"https://{world.team_domain}.slack.com/",
        "team": world.team_name,
        "user": world.app.name,
        "team_id": world.team_id,
        "user_id": world.app.bot_user,
        "bot_id": world.app.bot_id,
        "is_enterprise_install": False,
    }
    return answer | ({"enterprise_id": world.enterprise_id} if world.enterprise_id else {})


# slack.md 2: the pages conflict, tier 1 or tier 3. With tier 1 ten connections could not open: tier 3
@method("apps.connections.open", tier=3, of_app=True)
def connections_open(stage: Stage, args: Arguments) -> Json:
    """A WebSocket address that is good for one connection (slack.md 5.3)."""
    ticket = secrets.token_hex(16)
    stage.link_tickets.add(ticket)
    return {"url": f"{stage.base_url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={stage.world.app.app_id}"}
