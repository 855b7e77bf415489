"""The matrix of hosts × filters."""

from tracenova.trace.decisions import Verdict
from tracenova.trace.story import Decision, number
from tracenova_tui.ink import Line, Piece, line, pad, wide
from tracenova_tui.sheets.remarks import short

HOST = 12


def filter_columns(decision: Decision, width: int) -> list[tuple[str, str]]:
    """Return each filter's name and what its column is called."""
    names = [run.name for run in decision.filters]
    room = width - HOST - 14
    each = max(4, min(14, room // max(1, len(names)) - 1))
    titles: list[str] = []
    for name in names:
        title = abbreviation(name, each)
        titles.append(title)
    return list(zip(names, titles, strict=True))


def abbreviation(name: str, size: int) -> str:
    """Return a filter's name in so many columns: ``RamFilter`` → ``Ram``."""
    stem = name.removesuffix("Filter")
    words = _humps(stem)
    if len(stem) <= size or len(words) == 1 or len(words) > size:
        return stem[:size]
    each, more = divmod(size, len(words))
    return "".join(word[: each + (at < more)] for at, word in enumerate(words))


def _humps(stem: str) -> list[str]:
    words: list[str] = []
    for char in stem:
        if char.isupper() or not words:
            words.append(char)
        else:
            words[-1] += char
    return words


def head(filters: list[tuple[str, str]]) -> Line:
    """Return the filters' names over their columns."""
    cells = " ".join(pad(title, max(3, len(title))) for _, title in filters)
    return line((f" {pad('host', HOST)} {cells} │      Σ", "head"))


def row(
    decision: Decision, host: str, filters: list[tuple[str, str]], width: int
) -> Line:
    """Return one host: each filter's verdict, its sum, whether it was chosen."""
    verdicts = {v.filter: v for v in decision.verdicts.get(host, ())}
    chosen = host == decision.choice.selected
    pieces = [Piece(f" {pad(short(host), HOST)} ", "strong" if chosen else "")]
    for name, title in filters:
        text, role = cell(verdicts.get(name))
        pieces.append(Piece(pad(text, max(3, len(title))) + " ", role))
    total = decision.total(host)
    if chosen and is_alone(decision):
        shown, total = "alone", None
    else:
        shown = "–" if total is None else number(total)
    pieces.append(Piece(f"│ {shown:>6} ", "" if total is not None else "dim"))
    room = width - sum(wide(piece.text) for piece in pieces)
    mark = "◀ chosen" if room >= 8 else "◀"
    pieces.append(Piece(mark if chosen else "", "accent"))
    return pieces


def is_alone(decision: Decision) -> bool:
    """Say whether one host was left, so that no weigher was asked."""
    return decision.choice.single_survivor or not decision.weighers


def cell(verdict: Verdict | None) -> tuple[str, str]:
    """Return a verdict's mark and its role; ``(✗)`` would have refused too."""
    if verdict is None:
        return " · ", "faint"
    mark = "✓" if verdict.passed else "✗"
    if verdict.shadow:
        return f"({mark})", "dim" if verdict.passed else "warn"
    return f" {mark} ", "ok" if verdict.passed else "error"
