"""What the broker says of itself, for whoever examines."""

from dataclasses import dataclass

from agents.engine.poke import Queue
from app.worker.broker import celery_app


@dataclass(frozen=True, slots=True)
class BrokerState:
    """A Redis or a Valkey. `policy` is its maxmemory-policy; `waiting` counts pokes in our queues."""

    product: str
    version: str
    policy: str
    waiting: int


def broker_state(broker_url: str) -> BrokerState:
    """Ask the broker. Raises whatever the client raises where it does not answer."""
    app = celery_app(broker_url)
    try:
        with app.connection_for_read() as connection:
            client = connection.default_channel.client  # type: ignore[attr-defined]
            told = client.info("server")
            valkey = told.get("valkey_version")
            return BrokerState(
                product="Valkey" if valkey else "Redis",
                version=str(valkey or told.get("redis_version", "")),
                policy=str(client.info("memory").get("maxmemory_policy", "")),
                waiting=sum(int(client.llen(one.value)) for one in Queue),
            )
    finally:
        app.close()
