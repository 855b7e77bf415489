"""One line of nova-scheduler's log: when, who said it, for which request, what.

Read: the files of oslo.log (``2016-10-06 12:00:00.123 99 DEBUG nova.filters [req-…] …``),
DevStack's journal (``Oct 06 12:00:00 ctl nova-scheduler[99]: DEBUG nova.filters [None
req-…] … {{(pid=99) …}}``), with or without colours.
"""

import datetime
import re
from dataclasses import dataclass
from typing import Final

_COLOUR: Final = re.compile(r"(?:\x1b|#033)?\[(?:\d{1,2};?){1,3}m")
_LINE: Final = re.compile(
    r"\b(?P<level>DEBUG|INFO|WARNING|ERROR)\s+(?P<logger>nova\.[\w.]+)\s+"
    r"\[(?P<context>[^\]]*)\]\s*(?P<text>.*)"
)
_REQUEST: Final = re.compile(r"req-[0-9a-f-]{8,}")
_STAMP: Final = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?")
_JOURNAL: Final = re.compile(
    r"([A-Z][a-z]{2} +\d{1,2}) (\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?"
)
_TAILS: Final = (
    re.compile(r"\s*\{\{\(pid=\d+\).*\}\}\s*$"),
    re.compile(r"\s+from \(pid=\d+\).*$"),
    re.compile(r"\s+\w+ /\S+:\d+\s*$"),
)
_NS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line.

    Attributes:
        time_ns: since 1970; 0 when the line does not tell.
        logger: the module that speaks: ``nova.filters``.
        request: ``req-…``; "" outside of a request.
    """

    time_ns: int
    level: str
    logger: str
    request: str
    text: str


def parsed(line: str) -> Line | None:
    """Return the line's parts; None: it is not one of Nova's."""
    plain = _COLOUR.sub("", line.rstrip("\n"))
    match = _LINE.search(plain)
    if match is None:
        return None
    text = match["text"]
    if match["level"] == "DEBUG":
        for tail in _TAILS:
            text = tail.sub("", text)
    requests = _REQUEST.findall(match["context"])
    return Line(
        time_ns=_time_ns(plain[: match.start()]),
        level=match["level"],
        logger=match["logger"],
        request=requests[-1] if requests else "",
        text=text,
    )


def _time_ns(head: str) -> int:
    if stamp := _STAMP.search(head):
        return _ns(f"{stamp[1]} {stamp[2]}", "%Y-%m-%d %H:%M:%S", stamp[3])
    if stamp := _JOURNAL.search(head):
        year = datetime.datetime.now(datetime.UTC).year  # a journal tells no year
        return _ns(f"{year} {stamp[1]} {stamp[2]}", "%Y %b %d %H:%M:%S", stamp[3])
    return 0


def _ns(text: str, form: str, fraction: str | None) -> int:
    try:
        moment = datetime.datetime.strptime(text, form).replace(tzinfo=datetime.UTC)
    except ValueError:
        return 0
    return int(moment.timestamp()) * _NS + int((fraction or "0").ljust(9, "0"))
