"""Questions to the scheduler: what if, and what would turn it for a host."""

from collections.abc import Callable

from textual.worker import get_current_worker

from tracenova.trace.story import Decision
from tracenova_tui.live.again import Asking, CannotAsk
from tracenova_tui.screens.common import Common
from tracenova_tui.screens.dialogs import Ask
from tracenova_tui.sheets.remarks import short
from tracenova_tui.sheets.whatif import Answer, Question


class Questioning(Common):
    """Actions that ask the scheduler again. It is asked on a thread; Esc gives up."""

    _asking: Asking | None = None

    def edit_request(self) -> None:
        """Ask what is to be different in the request or the multipliers."""
        if not self.story.decisions:
            self.notify("The scheduler was not asked in this trace")
            return
        names = ", ".join(
            f"{name.removesuffix('Weigher')}=N" for name in self._weighers()
        )
        hint = "memory_mb=N vcpus=N disk_gb=N"
        hint += f"; a multiplier: {names}" if names else ""
        hint += "; any PATH=VALUE of `tracenova schedule --set`, such as host.compute1.free_ram_mb=0"
        self.app.push_screen(Ask("What if …", hint), self._asked)

    def _weighers(self) -> list[str]:
        return list(
            dict.fromkeys(r.name for d in self.story.decisions for r in d.weighers)
        )

    def _asked(self, answer: str | None) -> None:
        question: Question = self.scheduler.question
        try:
            for word in (answer or "").split():
                question = question.changed(word, self._weighers())
        except ValueError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        if question == self.scheduler.question:
            return
        self.scheduler.ask(question)
        self.action_view("scheduler")
        self.view.renew(self.scheduler.answer_line(), to_top=True)
        self.show_all()
        self._begin(lambda asking: self._answer_all(asking, question))

    def _answer_all(self, asking: Asking, question: Question) -> None:
        for decision in self.story.decisions:
            try:
                answer = Answer(asking.decision(decision, question.lines()))
            except CannotAsk as error:
                answer = Answer(problem=str(error))
            if not get_current_worker().is_cancelled:
                self.app.call_from_thread(self._answered, decision, question, answer)

    def _answered(self, decision: Decision, question: Question, answer: Answer) -> None:
        self.scheduler.answered(decision, question, answer)
        if self.is_current and self.view_name == "scheduler":
            self.view.renew(self.scheduler.answer_line(), to_top=True)
            self.show_all()

    def ask_turns(self) -> None:
        """Ask what would turn the decision for the host under the cursor."""
        found = self.scheduler.host_lines.get(self.view.at)
        if found is None:
            return
        decision, host = found
        if decision.choice.selected == host:
            self.notify(f"{short(host)} was chosen; choose another host")
            return
        self.scheduler.turning(decision, host, ["◌ the scheduler is asked again …"])
        self.show_all()
        self._begin(lambda asking: self._turn(asking, decision, host))

    def _turn(self, asking: Asking, decision: Decision, host: str) -> None:
        try:
            said = asking.turns(decision, host)
            said = said or ["no change of one number would turn it"]
        except CannotAsk as error:
            said = [str(error)]
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._turned, decision, host, said)

    def _turned(self, decision: Decision, host: str, said: list[str]) -> None:
        self.scheduler.turning(decision, host, said)
        if self.is_current:
            self.show_all()

    def _begin(self, work: Callable[[Asking], None]) -> None:
        self.stop_asking()
        asking = self._asking = Asking()
        self.run_worker(
            lambda: work(asking), thread=True, group="asking", exclusive=True,
            exit_on_error=False,
        )  # fmt: skip

    def stop_asking(self) -> None:
        """Give up what is being asked."""
        if self._asking is not None:
            self._asking.stop()
            self._asking = None

    def action_undo(self) -> None:
        """Forget the edits of the scheduler's request."""
        self.stop_asking()
        self.scheduler.ask(Question())
        self.moved()
