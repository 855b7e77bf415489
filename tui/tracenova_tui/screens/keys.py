"""The keys of the story screen, once: bindings, footer and help read this table."""

from textual.binding import Binding, BindingType

from tracenova_tui.views import VIEWS

_TABLE = (
    # key, action, what it does, in the footer
    ("n", "next", "Next: deliver the held message, or one hop on", "Next"),
    ("p,b", "back", "One hop back", ""),
    ("space", "play", "Play or pause", "Play"),
    ("plus,equals_sign", "speed(1)", "Faster", ""),
    ("minus", "speed(-1)", "Slower", ""),
    ("less_than_sign,comma", "scrub(-0.1)", "A tenth of the story back", ""),
    ("greater_than_sign,full_stop", "scrub(0.1)", "A tenth of the story on", ""),
    ("f", "follow", "Follow the tail", ""),
    (
        "escape",
        "lift",
        "Show what comes after the cursor again; close the find bar",
        "",
    ),
    ("z", "level", "Next level of the sequence", ""),
    ("c", "condense", "Condense repeats, or tell each", ""),
    ("d", "pane", "Next pane beside the view: hop, source, messages, lesson", "Pane"),
    ("tab", "next_view(1)", "Next view", ""),
    ("shift+tab", "next_view(-1)", "Previous view", ""),
    ("ctrl+w", "other_side", "Other side: the view, or the pane beside it", ""),
    ("slash", "find", "Find text in the view", "Find"),
    ("ampersand", "filter", "Show only lines with a text", ""),
    ("f3,ctrl+n", "find_next(1)", "Next match", ""),
    ("shift+f3,ctrl+b", "find_next(-1)", "Previous match", ""),
    ("g", "jump('source')", "Go to the source of the hop", "Source"),
    ("m", "jump('messages')", "Go to its message", ""),
    ("s", "jump('timeline')", "Go to its span", ""),
    ("t", "jump('states')", "Go to its change of state", ""),
    ("a", "jump('sequence')", "Go to it in the sequence", ""),
    ("backspace", "return", "Back to where you came from", ""),
    ("x", "why_not", "Why not this host: the next refused one", "Why not"),
    ("e", "edit", "Edit: the held message, or (what if) the scheduler's request", ""),
    ("u", "undo", "Undo the edits of the scheduler's request", ""),
    ("o", "boot", "Boot a server (live)", ""),
    ("S", "stepping", "Hold every message, or let them pass (live)", ""),
    ("B", "breakpoint", "Breakpoints (live)", ""),
    ("D", "delay", "Deliver the held message later (live)", ""),
    ("X", "drop", "Drop the held message (live)", ""),
    ("T", "twice", "Deliver the held message twice (live)", ""),
    ("C", "let_go", "Let everything go (live)", ""),
    ("P", "patience", "How long callers wait for a reply (live)", ""),
    ("H", "ask_hosts", "Ask running hosts: capacity, heartbeat, consoles (live)", ""),
    ("L", "lesson", "A lesson or an explanation beside the view", ""),
    ("N", "note", "Write a note about the hop", ""),
    ("y", "copy", "Copy the line", ""),
    ("w", "export", "Write the view to a file", ""),
    ("v", "compare", "Compare with another trace", ""),
    ("question_mark", "help", "Help of this view", "Help"),
    ("q", "leave", "Back to the welcome screen, or quit", "Quit"),
)


def bindings() -> list[BindingType]:
    """Return the keys as Textual wants them; ids are for the keymap file."""
    found: list[BindingType] = [
        Binding(
            str((at + 1) % 10),
            f"view('{name}')",
            name.title(),
            show=False,
            id=f"view_{name}",
        )
        for at, name in enumerate(VIEWS)
    ]
    for key, action, meaning, short in _TABLE:
        id_ = (
            action.replace("('", "_")
            .replace("')", "")
            .replace("(", "_")
            .replace(")", "")
        )
        id_ = id_.replace("-", "minus_").replace("0.", "0")
        found.append(
            Binding(
                key, action, short or meaning, show=bool(short), tooltip=meaning, id=id_
            )
        )
    return found


def helped() -> list[tuple[str, str]]:
    """Return each key and what it does, for the help."""
    shown = {
        "plus": "+", "equals_sign": "=", "minus": "-", "less_than_sign": "<", "comma": ",",
        "greater_than_sign": ">", "full_stop": ".", "slash": "/", "ampersand": "&",
        "question_mark": "?", "space": "Space", "escape": "Esc", "backspace": "Backspace",
    }  # fmt: skip
    rows = [("1 … 9", "The views, by number"), ("↑ ↓ j k", "Move; PgUp PgDn Home End too"),
            ("← → h l", "Scroll to the side")]  # fmt: skip
    for key, _, meaning, _ in _TABLE:
        keys = " ".join(shown.get(one, one) for one in key.split(","))
        rows.append((keys, meaning))
    rows.append(("Ctrl+P", "Palette: every command by name"))
    rows.append(("Ctrl+Q", "Quit at once"))
    return rows


def commands() -> list[tuple[str, str, str]]:
    """Return title, keys and action of each command, for the palette."""
    found = [(f"View: {name}", f"Show {name}", f"view('{name}')") for name in VIEWS]
    return found + [
        (meaning, f"key: {key}", action) for key, action, meaning, _ in _TABLE
    ]
