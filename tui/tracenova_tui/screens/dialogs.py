"""Small dialogs: ask for a line, edit a text, choose one of several, read help."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList, Static, TextArea


class Ask(ModalScreen[str | None]):
    """Asks for one line of text."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel")
    ]

    def __init__(self, title: str, hint: str = "", value: str = "") -> None:
        super().__init__()
        self._title = title
        self._hint = hint
        self._value = value

    def compose(self) -> ComposeResult:
        """Lay out the question."""
        with Vertical(classes="dialog"):
            yield Label(Text(self._title), classes="dialog-title")
            yield Input(self._value, select_on_focus=False)
            yield Static(Text(self._hint), classes="dialog-hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer."""
        self.dismiss(event.value.strip())


class EditText(ModalScreen[str | None]):
    """Lets the user edit a longer text; Ctrl+S takes it over."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", priority=True),
        Binding("ctrl+s", "take", "Take over", priority=True),
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        """Lay out the editor."""
        with Vertical(classes="dialog tall"):
            yield Label(Text(self._title), classes="dialog-title")
            yield TextArea(self._text)
            yield Static(
                Text("Ctrl+S takes it over, Esc leaves it"), classes="dialog-hint"
            )

    def action_take(self) -> None:
        """Answer with the text."""
        self.dismiss(self.query_one(TextArea).text)


class Choose(ModalScreen[int | None]):
    """Lets the user choose one of several lines."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel")
    ]

    def __init__(self, title: str, options: Sequence[str]) -> None:
        super().__init__()
        self._title = title
        self._options = options

    def compose(self) -> ComposeResult:
        """Lay out the options."""
        with Vertical(classes="dialog"):
            yield Label(Text(self._title), classes="dialog-title")
            yield OptionList(*(Text(option) for option in self._options))
            yield Static(Text("Enter chooses, Esc leaves"), classes="dialog-hint")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Answer with the option's place."""
        self.dismiss(event.option_index)


class Help(ModalScreen[None]):
    """What the view shows, and every key."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "dismiss(None)", "Close")
    ]

    def __init__(
        self, title: str, about: Sequence[str], keys: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__()
        self._title = title
        self._about = about
        self._keys = keys

    def compose(self) -> ComposeResult:
        """Lay out the help."""
        columns = 14 if self.app.size.width >= 40 else 0
        text = Text("\n".join(self._about) + "\n\n")
        for key, meaning in self._keys:
            text.append(f"{key:>{columns}}  ", "bold")
            text.append(f"{meaning}\n")
        with Vertical(classes="dialog tall"):
            yield Label(Text(self._title), classes="dialog-title")
            with VerticalScroll(can_focus=True):
                yield Static(text)
            yield Static(Text("↑ ↓ scroll, Esc closes"), classes="dialog-hint")
