"""While a trace is read; Esc leaves. Says what went wrong when it cannot be read."""

from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Footer, LoadingIndicator, Static

from tracenova_tui.ink import escaped


class LoadingScreen(Screen[None]):
    """Shows that a file is being read.

    Args:
        path: the file.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "leave", "Back")]

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def compose(self) -> ComposeResult:
        """Lay out the waiting."""
        with Vertical(id="loading"):
            yield Static(Text(f"Reading {self._path.name} …"), id="loading-text")
            yield LoadingIndicator()
        yield Footer(compact=True)

    def failed(self, why: str) -> None:
        """Say why the file cannot be shown."""
        text = Text("✗ This cannot be opened\n\n", "bold")
        text.append(f"{escaped(why)}\n\n", "not bold")
        text.append("Esc goes back", "dim not bold")
        self.query_one("#loading-text", Static).update(text)
        self.query_one(LoadingIndicator).display = False

    def action_leave(self) -> None:
        """Go back."""
        self.app.workers.cancel_group(self.app, "load")
        self.app.pop_screen()
