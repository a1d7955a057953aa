"""Where a control's person acts: the channel it names, and whether they may be there."""

from app.rehearsal.control.asked import Refused
from app.rehearsal.stage import Stage
from app.rehearsal.world.channels import Channel
from app.rehearsal.world.people import Person


def place(stage: Stage, named: str, person: Person) -> Channel:
    """The channel of this id or name; `dm` is the person's direct message with the app."""
    return stage.world.direct_message(person.id) if named == "dm" else stage.world.channel(named)


def check_may_be_in(channel: Channel, person: Person) -> None:
    """Raise Refused when this person cannot act there."""
    if person.kind == "deactivated":
        raise Refused(f"{person.name} is deactivated and can do nothing.")
    if channel.archived:
        raise Refused(f"#{channel.name} is archived: nobody can post or press anything there.")
    if person.id not in channel.members:
        raise Refused(f"{person.name} is not in #{channel.name}: let them join by /_rehearsal/membership first.")
