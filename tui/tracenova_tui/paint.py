"""Themes, and what each role of a piece looks like in them.

One accent colour; weight and position do the work. The monochrome theme has no colour
at all, and everything can be told apart in it.
"""

from rich.style import Style
from textual.theme import Theme

DARK = Theme(
    name="tracenova-dark",
    primary="#7aa2c8",
    accent="#e8b35a",
    foreground="#d6d9de",
    background="#14171c",
    surface="#1a1e25",
    panel="#222731",
    error="#e8706a",
    warning="#e0a458",
    success="#8fbf8f",
    dark=True,
    variables={"footer-key-foreground": "#e8b35a", "scrollbar": "#39404d"},
)
LIGHT = Theme(
    name="tracenova-light",
    primary="#2f5f8f",
    accent="#9a5a00",
    foreground="#23272e",
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#e8e5de",
    error="#b3261e",
    warning="#8a5a00",
    success="#2e6b34",
    dark=False,
    variables={"footer-key-foreground": "#9a5a00"},
)
MONO = Theme(
    name="tracenova-mono",
    primary="#ffffff",
    accent="#ffffff",
    foreground="#e4e4e4",
    background="#000000",
    surface="#000000",
    panel="#262626",
    error="#ffffff",
    warning="#ffffff",
    success="#ffffff",
    dark=True,
    variables={
        "footer-key-foreground": "#ffffff",
        "block-cursor-background": "#e4e4e4",
        "block-cursor-foreground": "#000000",
    },
)
THEMES = {
    "dark": "tracenova-dark",
    "light": "tracenova-light",
    "ansi": "ansi-dark",
    "mono": "tracenova-mono",
}

_MONO = {
    "dim": "dim",
    "line": "dim",
    "head": "bold",
    "strong": "bold",
    "accent": "bold reverse",
    "key": "bold",
    "error": "bold underline",
    "warn": "underline",
    "ok": "",
    "call": "bold",
    "fanout": "bold",
    "db": "dim",
    "driver": "dim",
    "cursor": "reverse",
    "found": "reverse bold",
    "bar": "bold",
    "faint": "dim",
}
_ANSI = {
    **_MONO,
    "accent": "bold yellow",
    "key": "yellow",
    "error": "bold red",
    "warn": "yellow",
    "ok": "green",
    "call": "bold cyan",
    "http": "blue",
    "cast": "cyan",
    "fanout": "bold cyan",
    "bar": "cyan",
    "found": "black on yellow",
}
_DARK = {
    "dim": "#858d99",
    "line": "#3d4552",
    "head": "bold #c3cad4",
    "strong": "bold",
    "accent": "bold #e8b35a",
    "key": "#e8b35a",
    "error": "bold #e8706a",
    "warn": "#e0a458",
    "ok": "#8fbf8f",
    "call": "bold #9dc1e0",
    "http": "#8f9aa8",
    "cast": "#7aa2c8",
    "fanout": "bold #7aa2c8",
    "db": "#6b7482",
    "driver": "#6b7482",
    "cursor": "on #2b3342",
    "found": "#14171c on #e8b35a",
    "bar": "#7aa2c8",
    "faint": "#4d5664",
}
_LIGHT = {
    "dim": "#666c75",
    "line": "#c9c6be",
    "head": "bold #3b414a",
    "strong": "bold",
    "accent": "bold #9a5a00",
    "key": "#9a5a00",
    "error": "bold #b3261e",
    "warn": "#8a5a00",
    "ok": "#2e6b34",
    "call": "bold #2f5f8f",
    "http": "#5c6672",
    "cast": "#2f5f8f",
    "fanout": "bold #2f5f8f",
    "db": "#7d838c",
    "driver": "#7d838c",
    "cursor": "on #e4dccb",
    "found": "#fbfaf7 on #9a5a00",
    "bar": "#2f5f8f",
    "faint": "#b2afa8",
}
_TABLES = {
    DARK.name: _DARK,
    LIGHT.name: _LIGHT,
    MONO.name: _MONO,
    "ansi-dark": _ANSI,
    "ansi-light": _ANSI,
}


def styles(theme: Theme) -> dict[str, Style]:
    """Return role → style of a theme; other themes of Textual's get dark or light."""
    table = _TABLES.get(theme.name) or (_DARK if theme.dark else _LIGHT)
    return {role: Style.parse(style) for role, style in table.items()}
