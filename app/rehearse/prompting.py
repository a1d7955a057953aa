"""Where lines come from: a prompt with history and editing above which the thread stands live, or piped lines."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from prompt_toolkit.history import History

LIVE_SECONDS = 0.4
"""How often the thread above the prompt is looked at again."""


class Lines(Protocol):
    """A source of lines. `is_live`: the thread stands above the prompt, so that nobody needs to print it."""

    is_live: bool

    def next(self, above: Callable[[], str], prompt: str) -> str | None:
        """Return the next line, None at the end. `above` is what stands above the prompt, made anew as time passes."""
        ...


class Terminal:
    """A prompt with editing, a history that is kept, and completion of `words`."""

    is_live = True

    def __init__(self, history: Path, words: list[str]) -> None:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.completion import WordCompleter
        from prompt_toolkit.shortcuts import CompleteStyle

        self._prompt: PromptSession[str] = PromptSession(
            history=_kept(history),
            completer=WordCompleter(words, WORD=True),
            complete_while_typing=False,
            # a menu would keep rows free below the prompt, which the thread above it needs
            complete_style=CompleteStyle.READLINE_LIKE,
            reserve_space_for_menu=0,
            erase_when_done=True,
        )

    def next(self, above: Callable[[], str], prompt: str) -> str | None:
        """Ask; the thread above is drawn again in place until the line is typed."""
        try:
            return self._prompt.prompt(lambda: f"{above()}\n{prompt}", refresh_interval=LIVE_SECONDS)
        except (EOFError, KeyboardInterrupt):
            return None


def _kept(path: Path) -> "History":
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError:
        # a home that cannot be written to costs the history, not the rehearsal
        return InMemoryHistory()
    return FileHistory(str(path))


class Piped:
    """Lines of standard input, each shown as it would have been typed."""

    is_live = False

    def next(self, above: Callable[[], str], prompt: str) -> str | None:
        """Read a line and print it behind the prompt."""
        line = sys.stdin.readline()
        if not line:
            return None
        print(f"{prompt}{line.rstrip()}", flush=True)
        return line
