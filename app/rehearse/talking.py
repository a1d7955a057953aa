"""The conversation at the prompt: one line after the other is done, shown, and kept."""

import shutil
from dataclasses import replace
from pathlib import Path

from agents.errors import BadSetting
from app.rehearse.acting import Acting
from app.rehearse.looks import message_lines, private_lines
from app.rehearse.prompting import Lines
from app.rehearse.replaying import all_lines
from app.rehearse.running import Running
from app.rehearse.steps import PATIENCE, Attached, NotDone, Step
from app.rehearse.transcript import write_transcript
from app.rehearse.typed_lines import HELP, Local, NotUnderstood, read_line

# the app answers these; after the others nothing need come
ANSWERED = frozenset({"press", "stop", "kill"})
PERHAPS_SECONDS = 10.0
"""How long piped lines wait after a reply that mentions nobody: a setting decides whether the app takes it up."""


class Talking:
    """One person at a time, in one channel and at most one thread; `/as`, `/channel` and `/thread` change them."""

    def __init__(self, running: Running, lines: Lines, who: str, where: str) -> None:
        self.acting = Acting(running.rehearsing, running.workers, Path.cwd())
        self.steps: list[Step] = []
        self._running = running
        self._lines = lines
        self._in_thread = 0
        self._awaited = 0.0
        self._shown: dict[str, list[str]] = {}
        self._be(who)
        self._go_to(where)

    def talk(self) -> None:
        """Do line after line until the end."""
        while (line := self._lines.next(self._above, self._prompt())) is not None:
            if not line.strip():
                continue
            try:
                meant = read_line(line, self._who, self.acting.where, self._in_thread)
                if isinstance(meant, Step):
                    self._do(meant)
                elif meant.word == "quit":
                    break
                else:
                    self._see_to(meant)
            except (NotUnderstood, NotDone, BadSetting) as fault:
                print(fault)
        if self._lines.is_live and self.acting.threads:
            print("\n".join(all_lines(self.acting)))

    def _do(self, step: Step) -> None:
        self._note_wait()
        done = self.acting.carry_out(step)
        self.steps.append(step)
        self._awaited = self._patience(step)
        if step.does == "say":
            self._in_thread = self.acting.current
        if step.does == "home":
            self._show_home()
        if step.does == "command" or (step.does == "press" and step.where):
            for told in self.acting.wait_for_asides(step.who):
                print("\n".join(private_lines(told, self.acting.names)))
        if step.does == "kill":
            print(done)
        if self._lines.is_live:
            return
        if self._awaited and not self.acting.wait_until_settled(self._awaited):
            print(f"(nothing came within {self._awaited:.0f} s)")
        if self.acting.threads and done is not None:
            self._show_news()

    def _note_wait(self) -> None:
        """Keep that the answer was there before what comes next; whoever plays the transcript waits for it."""
        if self._awaited and self.acting.is_settled(self.acting.view()):
            self.steps.append(Step("wait", waits_for="settled"))
        self._awaited = 0.0

    def _patience(self, step: Step) -> float:
        """Return for how many seconds the app's answer to this may be awaited; 0: none is expected."""
        if step.does in ANSWERED and not step.where:
            return PATIENCE
        if step.does not in ("say", "reply"):
            return 0.0
        if f"@{self.acting.app.lower()}" in step.text.lower() or self.acting.where == "dm":
            return PATIENCE
        return PERHAPS_SECONDS if step.does == "reply" and self.acting.view().of_app else 0.0

    def _see_to(self, local: Local) -> None:
        match local.word:
            case "as":
                self._be(local.rest)
            case "channel":
                self._go_to(local.rest)
            case "thread":
                self._thread(local.rest)
            case "show":
                print("\n".join(self.acting.lines()))
            case "save":
                self._save(local.rest)
            case "workers":
                print("\n".join(f"  {line}" for line in self.acting.workers.lines()))
            case "trail":
                self._running.print_trail(local.rest.removeprefix("#"))
            case "help":
                wide = max(len(typed) for typed, _ in HELP)
                print("\n".join(f"  {typed:<{wide}}  {what}".rstrip() for typed, what in HELP))

    def _be(self, who: str) -> None:
        if who.lower() not in self.acting.handles:
            raise NotDone(f"There is nobody called {who!r}; there are {', '.join(sorted(self.acting.handles))}.")
        self._who = who.lower()

    def _go_to(self, where: str) -> None:
        name = where.removeprefix("#")
        if name != "dm" and name not in self.acting.channels:
            raise NotDone(f"There is no channel {where!r}; there are dm, {', '.join(sorted(self.acting.channels))}.")
        self.acting.where, self._in_thread = name, 0

    def _thread(self, rest: str) -> None:
        if rest in ("new", "out"):
            self._in_thread = 0
        elif rest.isdigit():
            self.acting.turn_to(int(rest))
            self._in_thread = int(rest)
        else:
            for number in range(1, len(self.acting.threads) + 1):
                channel, first, *_ = self.acting.lines(number)
                print(f"  {number}  {channel}  {first}")

    def _save(self, rest: str) -> None:
        if not rest:
            raise NotUnderstood("Say where: /save talk.json")
        self._note_wait()
        steps = [replace(step, files=tuple(map(self._with_content, step.files))) for step in self.steps]
        write_transcript(Path(rest).expanduser(), "", steps, all_lines(self.acting))
        print(f"kept in {rest}; play it again with: tagwork rehearse --replay {rest}")

    def _with_content(self, file: Attached) -> Attached:
        """Return the file with its text in place of its path, so that the transcript stands alone, or else with its
        whole path."""
        path = (self.acting.folder / (file.path or "")).expanduser().resolve()
        try:
            return Attached(file.name, text=path.read_bytes().decode())
        except (OSError, UnicodeDecodeError):
            return Attached(file.name, path=str(path))

    def _show_news(self) -> None:
        """Print what is new or changed in the thread, a changed message whole."""
        view, names = self.acting.view(), self.acting.names
        now = {f"{one['ts']}": message_lines(one, names) for one in view.messages}
        now |= {f"{one['seq']}": private_lines(one, names) for one in view.entries if "shown_to" in one}
        for key, lines in now.items():
            if self._shown.get(key) != lines:
                print("\n".join(lines))
        self._shown |= now

    def _show_home(self) -> None:
        from app.rehearse.block_looks import block_lines

        view = self.acting.rehearsing.get("home", user=self._who)["view"]
        lines = block_lines(view["blocks"], self.acting.names) if view else ["(the app shows nothing here)"]
        print("\n".join(["Home", *lines]))

    def _above(self) -> str:
        if not self._in_thread:
            return ""
        rows = shutil.get_terminal_size().lines - 6
        return "\n".join(self.acting.lines(self._in_thread)[-max(rows, 5) :])

    def _prompt(self) -> str:
        place = "direct message" if self.acting.where == "dm" else f"#{self.acting.where}"
        thread = f", thread {self._in_thread}" if self._in_thread else ""
        return f"{self._who} in {place}{thread}> "
