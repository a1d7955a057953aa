"""Can this Tagwork serve, by its settings alone? Light: asked before anything is started or imported."""

from agents.errors import BadSetting
from app.settings import Settings
from app.slack.token_shapes import check_shapes


def check_serveable(settings: Settings) -> None:
    """Check what needs neither Slack nor the journal. Raises BadSetting with what to do."""
    slack = settings.slack
    check_shapes(
        bot_token=slack.bot_token.get_secret_value(),
        app_token=slack.app_token.get_secret_value(),
        signing_secret=slack.signing_secret.get_secret_value(),
    )
    model_key(settings)


def model_key(settings: Settings) -> str:
    """Return the model's key. Raises BadSetting without one: no other model is ever chosen in its place."""
    key = settings.anthropic.api_key.get_secret_value()
    if not key:
        raise BadSetting(
            "ANTHROPIC_API_KEY is not set. Set it to a key of your Anthropic organisation (sk-ant-…), or its file with "
            "ANTHROPIC_API_KEY_FILE."
        )
    return key
