"""The model: is the key taken, and is there such a model? With `--deep`, does it answer? That costs a few tokens."""

from collections.abc import Iterator
from importlib import import_module

from agents.models.provider import ModelFault, Request
from app import wiring
from app.doctor.bench import Bench
from app.doctor.examining import Check, Finding

SECONDS = 30.0
KEYS = "https://platform.claude.com/settings/keys"


def _look(bench: Bench) -> Iterator[Finding]:
    settings = bench.settings
    wiring.provider_of(settings)
    built = import_module(settings.provider).build(
        api_key=settings.anthropic.api_key.get_secret_value(), base_url=settings.anthropic.base_url or None
    )
    try:
        look_up = getattr(built, "look_up", None)
        if look_up is None:
            yield CHECK.warn(f"{settings.provider} cannot be asked for its models.", "Ask with --deep.")
        else:
            yield CHECK.ok(f"The key is taken, and there is {look_up(settings.model)}.")
        if bench.deep:
            reply = built.ask(_smallest(settings.model), seconds=SECONDS, wanted=lambda: True)
            yield CHECK.ok(f"{reply.model} answered; it took {reply.usage.prompt + reply.usage.output} tokens.")
    except ModelFault as fault:
        yield _in_words(fault, settings.model)
    finally:
        built.close()


def _smallest(model: str) -> Request:
    return Request(
        model=model,
        system=[{"type": "text", "text": "Answer with one word."}],
        tools=[],
        messages=[{"role": "user", "content": [{"type": "text", "text": "Say ok."}]}],
        max_tokens=1,
        effort="low",
        person="tagwork-doctor",
    )


def _in_words(fault: ModelFault, model: str) -> Finding:
    if fault.cause.startswith(("401", "403")):
        return CHECK.fail(f"ANTHROPIC_API_KEY is refused ({fault.cause}).", f"Make a new key: {KEYS}")
    if fault.cause.startswith("404"):
        return CHECK.fail(
            f"There is no model {model} for this key.", "Set TAGWORK_MODEL to one that your organisation may use."
        )
    if fault.retry_after is not None:
        return CHECK.warn(f"The model could not be asked now ({fault.cause}).", "Try again in a minute.")
    return CHECK.fail(f"The model cannot be asked ({fault.cause}).", f"See your organisation's account: {KEYS}")


CHECK = Check("model", 100, _look)
