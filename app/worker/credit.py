"""A message whose acknowledgement fails does not count against a worker for ever.

Kombu forgets a message only once the broker has heard of it. Where the broker dies while a worker is full, each
acknowledgement fails and is given up, the worker stays full, and one that is full does not look whether its connection
stands: it lives on and takes nothing (found by storms; celery#8030, #8091 and #10205 tell the same).
"""

from typing import Any

import structlog
from kombu.transport import redis, virtual

log = structlog.get_logger()


class Credit(redis.QoS):
    """Kombu's account of what a worker holds, off which a message goes whether the broker hears of it or not.

    A poke that the broker still believes to be held comes once more, which is harmless.
    """

    channel: Any

    def ack(self, delivery_tag: str) -> None:
        """Acknowledge the message of that tag, or tell the operator that it may come once more."""
        try:
            super().ack(delivery_tag)
        except self.channel.connection_errors as fault:
            virtual.QoS.ack(self, delivery_tag)
            log.warning("the broker did not hear that a poke was worked; it may come once more", cause=str(fault))
