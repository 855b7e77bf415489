"""Names from users, made harmless for each format.

Whoever names a server may write markup, quotes, control characters or text that runs
from right to left. A picture shows the name and does nothing else with it.
"""

import re

_INVISIBLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200d\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    r"\ufff9-\uffff\ud800-\udfff]"
)
_MARK = "\u200e"  # has no width
_RTL = r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+"
_RIGHT_TO_LEFT = re.compile(rf"(?>{_RTL}(?: +{_RTL})*)(?!{_MARK})")
_MERMAID = re.compile(r"[#;<>\"'`&{}%\\]|\b(?i:end)\b")
_ALIKE = str.maketrans("<>&%{}", "‹›＆％｛｝")
_PLANTUML = re.compile(r"[<>\[\]{}%$~\"\\#!|^&@`';=+]|(?<=([_/*.-]))\1|([_/*.-])(?=\2)")


def visible(text: str) -> str:
    r"""Return the text on one line, with invisible characters spelled ``\x1b``.

    What runs from right to left is closed by a mark, so that the words and numbers
    after it keep their places.
    """
    if text.isascii():
        return _INVISIBLE.sub(_spelled, text)
    shown = _INVISIBLE.sub(_spelled, text)
    closed = _RIGHT_TO_LEFT.sub(f"\\g<0>{_MARK}", shown)
    return closed if closed == shown or closed[0] == _MARK else _MARK + closed


def _spelled(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def xml(text: str) -> str:
    """Return the text for the content of an element, or a quoted attribute."""
    if not text.isascii() or _INVISIBLE.search(text):
        text = visible(text)
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text or ">" in text:
        text = text.replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;") if '"' in text else text


def mermaid(text: str) -> str:
    """Return the text for a label of Mermaid, with its numbered entities."""
    return _MERMAID.sub(_numbered, visible(text))


def mermaid_title(text: str) -> str:
    """Return the text for a title of Mermaid, which knows no entities: marks alike."""
    return visible(text).translate(_ALIKE)


def _numbered(match: re.Match[str]) -> str:
    found = match.group()
    return f"#{ord(found[0])};{found[1:]}"


def plantuml(text: str) -> str:
    """Return the text for a label of PlantUML, without any of its mark-up."""
    return _PLANTUML.sub(lambda found: f"<U+{ord(found.group()):04X}>", visible(text))


def dot(text: str) -> str:
    """Return the text as a quoted string of the dot language, quotes included."""
    plain = visible(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def dot_html(text: str) -> str:
    """Return the text for an HTML-like label of dot."""
    return xml(text)
