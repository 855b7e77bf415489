"""The colours of paper and of the dark screen; each pair of text passes WCAG AA.

Meaning never hangs on a colour alone: shapes and words say it too.
"""

from dataclasses import dataclass
from typing import Final

LIGHT: Final[dict[str, str]] = {
    "paper": "#ffffff",
    "ink": "#1f2328",
    "muted": "#57606a",
    "accent": "#0a5796",
    "fail": "#a8201a",
    "good": "#1a6a34",
    "line": "#8c959f",
    "hair": "#d0d7de",
    "band": "#f4f7fa",
    "head": "#e6f0f9",
    "bar": "#cfe2f3",
    "note": "#fff8dc",
    "noteline": "#d4b106",
    "failnote": "#fdecea",
    "goodnote": "#e9f6ec",
    "part1": "#2f6fb0",
    "part2": "#b8860b",
    "part3": "#4d8a57",
    "part4": "#8a5aa8",
    "part5": "#b5533c",
    "part6": "#5f6b76",
}
DARK: Final[dict[str, str]] = {
    "paper": "#0d1117",
    "ink": "#e6edf3",
    "muted": "#a3adb8",
    "accent": "#79c0ff",
    "fail": "#ff9a91",
    "good": "#7ee2a0",
    "line": "#6e7681",
    "hair": "#30363d",
    "band": "#141a21",
    "head": "#16283b",
    "bar": "#1c3b5c",
    "note": "#2b2611",
    "noteline": "#8f7410",
    "failnote": "#3a1715",
    "goodnote": "#12291a",
    "part1": "#5aa2e6",
    "part2": "#d9a520",
    "part3": "#6cb87a",
    "part4": "#b488d4",
    "part5": "#e08268",
    "part6": "#929da8",
}
SANS: Final = (
    "'Helvetica Neue',Helvetica,Arial,'DejaVu Sans','Noto Sans CJK SC',sans-serif"
)


@dataclass(frozen=True, slots=True)
class Style:
    """How one class of shapes looks; colours by their names in the palettes."""

    fill: str = ""
    stroke: str = ""
    width: float = 1.0
    dash: str = ""
    size: float = 0.0
    bold: bool = False


STYLES: Final[dict[str, Style]] = {
    # text
    "t": Style(fill="ink", size=12),
    "tb": Style(fill="ink", size=12, bold=True),
    "ts": Style(fill="muted", size=10),
    "tn": Style(fill="muted", size=10),
    "tf": Style(fill="fail", size=12, bold=True),
    "tfs": Style(fill="fail", size=11),
    "tg": Style(fill="accent", size=11, bold=True),
    "th": Style(fill="ink", size=16, bold=True),
    "tv": Style(fill="ink", size=11),
    "ta": Style(fill="accent", size=12, bold=True),
    "to": Style(fill="good", size=12, bold=True),
    # areas
    "paper": Style(fill="paper"),
    "mask": Style(fill="paper"),
    "maskband": Style(fill="band"),
    "band": Style(fill="band", stroke="hair"),
    "tab": Style(fill="paper", stroke="hair"),
    "head": Style(fill="head", stroke="accent", width=1.2),
    "bar": Style(fill="bar", stroke="accent", width=0.8),
    "barf": Style(fill="failnote", stroke="fail", width=0.8),
    "note": Style(fill="note", stroke="noteline"),
    "notef": Style(fill="failnote", stroke="fail", width=1.4),
    "noteg": Style(fill="goodnote", stroke="good"),
    "ref": Style(fill="paper", stroke="line", dash="5 3"),
    "row": Style(fill="band"),
    "part1": Style(fill="part1", stroke="paper", width=1),
    "part2": Style(fill="part2", stroke="paper", width=1),
    "part3": Style(fill="part3", stroke="paper", width=1),
    "part4": Style(fill="part4", stroke="paper", width=1),
    "part5": Style(fill="part5", stroke="paper", width=1),
    "part6": Style(fill="part6", stroke="paper", width=1),
    # lines
    "life": Style(stroke="line", width=1, dash="4 4"),
    "hair": Style(stroke="hair", width=1),
    "http": Style(stroke="ink", width=1.3),
    "call": Style(stroke="ink", width=2.6),
    "cast": Style(stroke="ink", width=1.3),
    "fanout": Style(stroke="ink", width=1.1),
    "notify": Style(stroke="muted", width=1.2, dash="1.5 3"),
    "db": Style(stroke="ink", width=1.1),
    "driver": Style(stroke="ink", width=1.1),
    "httpreply": Style(stroke="muted", width=1.1, dash="5 4"),
    "callreply": Style(stroke="ink", width=2, dash="6 3"),
    "fail": Style(stroke="fail", width=2),
    "failreply": Style(stroke="fail", width=2, dash="6 3"),
    "critical": Style(stroke="accent", width=3),
    "edge": Style(stroke="line", width=1.2),
    "dashed": Style(stroke="line", width=1.1, dash="5 4"),
    # heads of arrows
    "point": Style(fill="ink", stroke="ink", width=1),
    "pointc": Style(fill="accent", stroke="accent", width=1),
    "pointf": Style(fill="fail", stroke="fail", width=1),
    "pointe": Style(fill="line", stroke="line", width=1),
    "open": Style(stroke="ink", width=1.4),
    "openm": Style(stroke="muted", width=1.2),
    "openf": Style(stroke="fail", width=2),
    "opene": Style(stroke="line", width=1.3),
    "shape": Style(fill="paper", stroke="ink", width=1.1),
    "node": Style(fill="head", stroke="accent", width=1.2),
    "nodep": Style(fill="paper", stroke="line", width=1.1),
    "nodec": Style(fill="bar", stroke="accent", width=2.2),
    "nodef": Style(fill="failnote", stroke="fail", width=1.8),
    "nodeg": Style(fill="goodnote", stroke="good", width=1.8),
    "nodeq": Style(fill="note", stroke="noteline", width=1.1),
}
