"""Finding text in the view, and showing only lines that have it."""

from textual.widgets import Input

from tracenova_tui.screens.common import Common

_AT_ONCE = 300


class Finding(Common):
    """Actions of the find bar. Long views are searched in slices, between key presses."""

    _filters = False
    _search = 0

    def action_find(self) -> None:
        """Open the find bar."""
        self._ask(filters=False)

    def action_filter(self) -> None:
        """Open the find bar; only lines that match will be shown."""
        self._ask(filters=True)

    def _ask(self, *, filters: bool) -> None:
        self._filters = filters
        bar = self.query_one("#find", Input)
        bar.placeholder = (
            "only lines with …" if filters else "find … (F3 next, Shift+F3 previous)"
        )
        bar.display = True
        bar.value = self.view.term
        bar.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Mark matches while the user types."""
        if event.input.id == "find":
            self.view.term = event.value
            self.view.refresh()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the first match, or filter."""
        if event.input.id != "find":
            return
        event.input.display = False
        self.view.focus()
        if self._filters:
            self._filter(event.value)
        elif event.value:
            self.action_find_next(1, here=True)

    def end_finding(self) -> None:
        """Close the bar, forget the text and the filter."""
        self._search += 1
        self.query_one("#find", Input).display = False
        self.view.term = ""
        self.view.only = None
        self.view.renew()
        self.view.focus()

    def action_find_next(self, by: int, *, here: bool = False) -> None:
        """Go to the next match, or the previous one; round the end."""
        if not self.view.term:
            self.action_find()
            return
        self._search += 1
        start = self.view.at if here else self.view.at + by
        self._look(self._search, self.view.term.lower(), start, by, len(self.sheet))

    def _look(self, search: int, term: str, at: int, by: int, left: int) -> None:
        if search != self._search:
            return
        count = len(self.sheet)
        for _ in range(min(left, _AT_ONCE)):
            if term in self.sheet.text(at % count).lower():
                self.view.action_move_to(self.view.row_of(at % count))
                return
            at += by
        left -= _AT_ONCE
        if left > 0:
            self.call_later(self._look, search, term, at, by, left)
        else:
            self.notify(f"Not found: {self.view.term}")

    def _filter(self, term: str) -> None:
        self._search += 1
        if not term:
            self.end_finding()
            return
        self.view.only = []
        self._sift(self._search, term.lower(), 0)

    def _sift(self, search: int, term: str, begin: int) -> None:
        if search != self._search or self.view.only is None:
            return
        end = min(begin + _AT_ONCE, len(self.sheet))
        self.view.only += [
            at for at in range(begin, end) if term in self.sheet.text(at).lower()
        ]
        self.view.renew()
        if end < len(self.sheet):
            self.call_later(self._sift, search, term, end)
        else:
            self.notify(
                f"Shown {len(self.view.only)} of {len(self.sheet)} lines; Esc shows all"
            )
