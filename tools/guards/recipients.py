"""Who is to read what a tool posts or writes: the arguments for it, and what they would reach."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from tools.contract import Arguments, Destination, Reach, Recipient

Text = Annotated[
    str,
    Field(min_length=1, max_length=3_000, description="The message, in Markdown. Addresses in it become code."),
]
ChannelId = Annotated[
    str, Field(pattern=r"^([CG][A-Z0-9]{1,30})?$", description="Id of the channel. Empty: the one of this thread.")
]
Outside = Annotated[
    bool,
    Field(
        description="True where people of another organisation are among the readers (Slack Connect); it is checked."
    ),
]


class ToSomeone(Arguments):
    """Arguments that name a channel or a person, not both."""

    channel: str = Field(default="", pattern=r"^([CG][A-Z0-9]{1,30})?$", description="Id of the channel to post in.")
    person: str = Field(
        default="",
        pattern=r"^([UW][A-Z0-9]{1,30})?$",
        description="Id of the person to write to, instead of a channel.",
    )
    outside: Outside = False

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if self.channel and self.person:
            raise ValueError("names a channel and a person: a message goes to one of them")
        return self

    @property
    def recipient(self) -> Recipient:
        """Return who is to read it."""
        return Recipient(self.channel, self.person, self.outside)

    @property
    def destination(self) -> Destination:
        """Return what it would reach."""
        if self.person:
            return Destination("person", self.person, reach=Reach.OUTSIDE if self.outside else None)
        return in_channel(self.channel, self.outside)


def in_channel(channel: str, outside: bool) -> Destination:
    """Return what a change in a channel would reach."""
    return Destination("channel", channel, reach=Reach.OUTSIDE if outside else None)
