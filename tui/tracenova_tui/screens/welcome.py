"""The first screen: labs to run, traces to look at again."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from tracenova_tui import labs, recent
from tracenova_tui.screens.dialogs import Ask, Help

if TYPE_CHECKING:
    from tracenova_tui.app import TracenovaApp

_KEYS = [
    ("↑ ↓", "Choose"),
    ("Enter", "Start the lab, or open the trace"),
    ("/", "Open a trace by its file name"),
    ("F2", "The course: choose a lesson"),
    ("Ctrl+P", "Palette: every command by name, and the themes"),
    ("q", "Quit"),
]


class WelcomeScreen(Screen[None]):
    """What can be done here, in one list."""

    app: "TracenovaApp"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Open", show=True),
        Binding("slash", "ask_file", "Open a file"),
        Binding("question_mark", "help", "Help"),
        Binding("q", "app.quit", "Quit"),
    ]

    def compose(self) -> ComposeResult:
        """Lay out the welcome."""
        with Vertical(id="welcome"):
            yield Static(_greeting(), id="greeting")
            yield OptionList(*_options(), id="choices")
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Let the user choose at once."""
        self.query_one(OptionList).focus()

    def on_screen_resume(self) -> None:
        """Show traces that came since."""
        choices = self.query_one(OptionList)
        at = choices.highlighted
        choices.clear_options()
        choices.add_options(_options())
        choices.highlighted = at if at is not None else 1

    def action_choose(self) -> None:
        """Open what is highlighted."""
        self.query_one(OptionList).action_select()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Start a lab or open a trace."""
        kind, _, name = (event.option.id or "").partition(":")
        if kind == "lab":
            self.app.start_lab(name)
        elif kind == "course":
            self.app.action_course()
        elif kind == "trace":
            self.app.open_trace(Path(name))

    def action_ask_file(self) -> None:
        """Ask for the file of a trace."""
        hint = "An OTLP/JSON trace, this program's or any other's"
        self.app.push_screen(Ask("Open which trace?", hint), self._open)

    def _open(self, answer: str | None) -> None:
        if answer:
            self.app.open_trace(Path(answer).expanduser())

    def action_help(self) -> None:
        """Say what can be done."""
        about = (
            "tracenova follows one server-create request through a miniature of Nova.",
            "A lab is a small cloud; start one, boot a server, and watch or step.",
            "A trace is a boot that was saved; look at it again, at any speed.",
        )
        self.app.push_screen(Help("Welcome", about, _KEYS))


def _greeting() -> Text:
    text = Text()
    text.append("tracenova", "bold")
    text.append("   one server-create request, followed through Nova\n")
    text.append("Enter starts a lab live, or opens a trace to look at it again.", "dim")
    return text


def _options() -> list[Option | None]:
    found: list[Option | None] = [Option(Text("labs", "bold dim"), disabled=True)]
    known = labs.known()
    column = max((len(lab.name) for lab in known), default=0) + 2
    for lab in known:
        name = f"  {lab.name:<{column}}"
        text = Text(name, "bold", no_wrap=True, overflow="ellipsis")
        text.append(lab.title, "not bold")
        found.append(Option(text, id=f"lab:{lab.name}"))
    found.append(Option(Text("course", "bold dim"), disabled=True))
    text = Text("  F2", "bold", no_wrap=True, overflow="ellipsis")
    text.append("  lessons that run the real thing and grade themselves", "not bold")
    found.append(Option(text, id="course:"))
    paths = recent.traces()
    found.append(Option(Text("recent traces", "bold dim"), disabled=True))
    found.extend(
        Option(Text(f"  {recent.title(path)}", no_wrap=True), id=f"trace:{path}")
        for path in paths
    )
    if not paths:
        found.append(
            Option(Text("  none yet: boot a server in a lab", "dim"), disabled=True)
        )
    return found
