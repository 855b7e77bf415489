"""Holding messages of a live lab: stepping, breakpoints, and what to do with one."""

import json
import threading
from typing import Any

from tracenova_tui.ink import Line, line, plain, wide
from tracenova_tui.live.breakpoints import BadBreakpoint, Breakpoint
from tracenova_tui.live.held import Held, unmasked
from tracenova_tui.screens.asking import Questioning
from tracenova_tui.screens.boot_form import BootForm
from tracenova_tui.screens.dialogs import Ask, EditText

_NOT_LIVE = (
    "This trace is a recording: messages can be held in a live lab (q, then a lab)"
)

_HELD_KEYS = (
    "n deliver  e edit  D delay  X drop  T twice  C let all go",
    "n deliver  e D X T C (?)",
    "n e D X T C (?)",
    "(?)",
)


class Holding(Questioning):
    """Actions on the bus of the live lab."""

    def held_line(self, held: list[Held], width: int) -> Line:
        """Return what is held and why, and the keys for it, in one line."""
        assert self.live is not None
        if held:
            more = f" (+{len(held) - 1} more)" if len(held) > 1 else ""
            said = line(
                (" ⏸ held ", "accent"), f" {held[0].words()}{more} ",
                (f" why: {held[0].why} ", "strong"),
            )  # fmt: skip
            room = width - wide(plain(said)) - 2
            keys = next((one for one in _HELD_KEYS if wide(one) <= room), "")
            return [*said, *line((f" {keys}", "key"))]
        rules = [point.text for point in self.live.gate.breakpoints]
        if self.live.gate.stepping:
            rules.append("every message (S ends)")
        return line(
            (" nothing is held ", "dim"), (f" waiting for: {'; '.join(rules)}", "key")
        )

    def deliver_next(self) -> bool:
        """Deliver the oldest held message; return whether there was one."""
        if self.live is None or not self.live.held():
            return False
        self.player.follows = True
        self.live.hand(lambda tap: tap.deliver_next())
        return True

    def bus_changed(self) -> None:
        """Note that something moved on the bus."""
        self.dirty = True

    def _first(self) -> Held | None:
        if self.live is None:
            self.notify(_NOT_LIVE)
            return None
        held = self.live.held()
        if not held:
            self.notify(
                "No message is held. S holds every message, B sets breakpoints."
            )
            return None
        return held[0]

    # --- the rules ------------------------------------------------------------------

    def action_stepping(self) -> None:
        """Hold every message, or let them pass."""
        if self.live is None:
            self.notify(_NOT_LIVE)
            return
        self.live.gate.stepping = not self.live.gate.stepping
        self.show_all()

    def action_breakpoint(self) -> None:
        """Ask for breakpoints; an empty answer forgets all."""
        if self.live is None:
            self.notify(_NOT_LIVE)
            return
        known = "; ".join(point.text for point in self.live.gate.breakpoints)
        hint = (
            "FIELD=TEXT …; FIELD is topic, method, host, instance, kind or filter; "
            "* is any text; ; between several; empty forgets all. filter=NAME holds the "
            "scheduler's answer when that filter refused a host (host=NAME: that one)"
        )
        self.app.push_screen(
            Ask("Hold messages with", hint, known), self._set_breakpoints
        )

    def _set_breakpoints(self, answer: str | None) -> None:
        if answer is None or self.live is None:
            return
        try:
            parts = [part for part in answer.split(";") if part.strip()]
            self.live.gate.breakpoints = [Breakpoint.parse(part) for part in parts]
        except BadBreakpoint as error:
            self.notify(str(error), severity="error")
        self.show_all()

    def action_patience(self) -> None:
        """Ask how long callers wait for a reply."""
        if self.live is None:
            self.notify(_NOT_LIVE)
            return
        hint = (
            "rpc_response_timeout of every service, in seconds; Nova's default is 60. Short: "
            "a dropped call fails soon. Long: time to look at a held one."
        )
        self.app.push_screen(
            Ask("Callers wait how long?", hint, str(self.live.patience_s)),
            self._be_patient,
        )

    def _be_patient(self, answer: str | None) -> None:
        if answer is None or self.live is None:
            return
        if not answer.isdecimal() or int(answer) < 1:
            self.notify(
                f"{answer!r} is no number of seconds", severity="error", markup=False
            )
            return
        self.live.be_patient(int(answer))

    # --- one message --------------------------------------------------------------------

    def action_edit(self) -> None:
        """Edit the held message; in the scheduler's view, its request."""
        if self.view_name == "scheduler" or self.live is None or not self.live.held():
            self.edit_request()
        elif (held := self._first()) is not None:
            title = f"Arguments of {held.words()}"
            self.app.push_screen(
                EditText(title, held.args_text()), lambda text: self._edited(held, text)
            )

    def _edited(self, held: Held, text: str | None) -> None:
        if text is None or self.live is None:
            return
        try:
            args = json.loads(text)
        except ValueError as error:
            self.notify(f"No JSON: {error}; nothing was changed", severity="error")
            return
        if not isinstance(args, dict):
            self.notify(
                "Arguments are a JSON object; nothing was changed", severity="error"
            )
            return
        changed = unmasked(args, held.args)
        self.live.hand(
            lambda tap: tap.edit_held(
                held.id, lambda envelope: envelope.with_args(**changed)
            )
        )
        self.notify(f"Changed; n delivers {held.method}")

    def action_delay(self) -> None:
        """Deliver the held message later."""
        if (held := self._first()) is not None:
            self.app.push_screen(
                Ask(f"Deliver {held.method} after how many seconds?", value="1"),
                lambda answer: self._delayed(held, answer),
            )

    def _delayed(self, held: Held, answer: str | None) -> None:
        if answer is None or self.live is None:
            return
        try:
            seconds = float(answer)
        except ValueError:
            self.notify(f"{answer!r} is no number of seconds", severity="error")
            return
        live = self.live
        timer = threading.Timer(
            max(0.0, seconds), lambda: live.hand(lambda tap: tap.deliver(held.id))
        )
        timer.daemon = True
        timer.start()
        self.notify(f"{held.method} will be delivered in {seconds:g} s")

    def action_drop(self) -> None:
        """Lose the held message."""
        if (held := self._first()) is not None and self.live is not None:
            self.live.hand(lambda tap: tap.discard(held.id))
            waits = (
                f"; its sender gives up after {self.live.patience_s} s (P changes that "
                "for later calls)"
                if held.kind == "call"
                else ""
            )
            self.notify(f"Dropped: {held.words()}{waits}", severity="warning")

    def action_twice(self) -> None:
        """Deliver the held message twice, as a broker may after a failure."""
        if (held := self._first()) is not None and self.live is not None:
            self.live.hand(lambda tap: tap.copy_held(held.id))
            self.notify(f"{held.method} is held twice now; n delivers one of them")

    def action_let_go(self) -> None:
        """Forget stepping and breakpoints, deliver everything."""
        if self.live is None:
            self.notify(_NOT_LIVE)
            return
        self.live.gate.stepping = False
        self.live.gate.breakpoints = []
        self.live.hand(lambda tap: tap.deliver_next(len(tap.held())))
        self.show_all()

    # --- the lab ------------------------------------------------------------------------

    def action_boot(self) -> None:
        """Ask for servers by a form."""
        if self.live is None:
            self.notify(
                "This trace is a recording; q, then choose a lab, boots servers"
            )
        elif self.live.state != "ready" or self.live.spec is None:
            self.notify(f"The lab is {self.live.state}")
        elif not isinstance(self.app.screen, BootForm):
            form = BootForm(self.live.spec, stepping=self.live.gate.stepping)
            self.app.push_screen(form, self._boot)

    def _boot(self, wishes: dict[str, Any] | None) -> None:
        if wishes is None or self.live is None:
            return
        self.live.gate.stepping = bool(wishes.pop("step", False))
        self.player.follows = True
        self.live.boot(wishes)
        self.show_all()

    def action_ask_hosts(self) -> None:
        """Ask the running hosts for capacity and heartbeat."""
        if self.live is None:
            self.notify(_NOT_LIVE)
            return
        self.live.ask_hosts()
        self.action_view("hosts")
