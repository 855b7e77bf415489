"""One line of nova-scheduler's log: when, who said it, for which request, what.

Read: the files of oslo.log (``2016-10-06 12:00:00.123 99 DEBUG nova.filters [req-…] …``),
DevStack's journal (``Oct 06 12:00:00 ctl nova-scheduler[99]: DEBUG nova.filters [None
req-…] … {{(pid=99) …}}``), with or without colours; oslo.log's JSON, one document a line,
and ``journalctl -o json``; lines of which a bug report or a log viewer has kept only
the logger, or only the message. Lines that somebody's mail or pastebin has wrapped
between words are put together again.
"""

import dataclasses
import datetime
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

_COLOUR: Final = re.compile(r"(?:\x1b|#033)?\[(?:\d{1,2};?){1,3}m")
_LINE: Final = re.compile(
    r"\b(?P<level>DEBUG|INFO|WARNING|ERROR)\s+(?P<logger>nova\.[\w.]+)\s+"
    r"\[(?P<context>[^\]]*)\]\s*(?P<text>.*)"
)
_BEGINNING: Final = re.compile(
    r"^\s*\{|\b(?:DEBUG|INFO|WARNING|ERROR|CRITICAL|TRACE|AUDIT)\s+[\w.]+"
)
_MARGIN: Final = r"^[\s\d:.,/TZ>|*-]*"
_MESSAGE: Final = (
    r"(?:Starting with \d+ host\(s\)|Filter \w+ returned \d+ host"
    r"|Filtering removed all hosts|Filtered \[|Weighed \[|Selected host: ).*"
)
_BARE: Final = (  # what others have left of a line
    re.compile(
        _MARGIN + r"(?P<logger>nova\.(?:filters|scheduler)[\w.]*)\s+"
        r"(?:\[(?P<context>[^\]]*)\]\s*)?(?P<text>\S.*)"
    ),
    re.compile(
        _MARGIN + r"(?:nova-scheduler\S*\s+)?(?:\[(?P<context>[^\]]*)\]\s*)?"
        rf"(?P<text>{_MESSAGE})"
    ),
)
_HEAD_ALONE: Final = re.compile(
    r"\b(?:DEBUG|INFO|WARNING|ERROR)(?:\s+nova\.[\w.]+)?\s*(?:\[[^\]]*\]?\s*)?$"
)
_MOST_PARTS: Final = 1000
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


@dataclasses.dataclass(frozen=True, slots=True)
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


def whole(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers from 1, wrapped ones put together.

    A line that names neither level nor logger goes on with the one before.
    """
    first, parts = 0, list[str]()
    for number, text in enumerate(lines, start=1):
        plain = _COLOUR.sub("", text.rstrip("\r\n"))
        is_new = _begins(plain, after=parts)
        if parts and not is_new and len(parts) < _MOST_PARTS:
            parts.append(plain.strip())
            continue
        if parts:
            yield first, " ".join(parts)
        first, parts = number, [plain] if is_new else []
    if parts:
        yield first, " ".join(parts)


def _begins(plain: str, after: list[str]) -> bool:
    if _BEGINNING.search(plain):
        return True
    is_whole = any(bare.match(plain) for bare in _BARE)
    return is_whole and not _HEAD_ALONE.search(" ".join(after[-2:]))


def parsed(line: str) -> Line | None:
    """Return the line's parts; None: it is not one of Nova's."""
    plain = _COLOUR.sub("", line.rstrip("\n"))
    if plain.lstrip().startswith("{"):
        return _from_json(plain)
    match = _LINE.search(plain) or _BARE[0].match(plain) or _BARE[1].match(plain)
    if match is None:
        return None
    told = match.groupdict(default="")
    level = told.get("level", "")
    requests = _REQUEST.findall(told["context"])
    return Line(
        time_ns=_time_ns(plain[: match.start("level" if level else "text")]),
        level=level,
        logger=told.get("logger", ""),
        request=requests[-1] if requests else "",
        text=_without_tail(told["text"], level),
    )


def _without_tail(text: str, level: str) -> str:
    if level in ("DEBUG", ""):
        for tail in _TAILS:
            text = tail.sub("", text)
    return text


def _from_json(text: str) -> Line | None:
    """Read what oslo.log's formatters write, or the journal with oslo.log's fields."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    message = told.get("message", told.get("MESSAGE"))
    if not isinstance(message, str):
        return None
    logger = str(told.get("name") or told.get("LOGGER_NAME") or "")
    if not logger.startswith("nova."):
        line = parsed(message) if not message.lstrip().startswith("{") else None
        return line and dataclasses.replace(line, time_ns=_json_time_ns(told))
    level = told.get("levelname") or told.get("level") or told.get("LOGGER_LEVEL")
    requests = _REQUEST.findall(_context(told))
    return Line(
        time_ns=_json_time_ns(told),
        level=str(level or ""),
        logger=logger,
        request=requests[-1] if requests else "",
        text=_without_tail(message, str(level)),
    )


def _context(told: dict[str, Any]) -> str:
    context = told.get("context")
    inner = context.get("request_id") if isinstance(context, dict) else context
    return str(inner or told.get("request_id") or told.get("REQUEST_ID") or "")


def _json_time_ns(told: dict[str, Any]) -> int:
    stamp = str(told.get("__REALTIME_TIMESTAMP") or "")
    if stamp.isdigit():
        return int(stamp) * 1000
    text = str(told.get("asctime") or told.get("time") or told.get("timestamp") or "")
    whole_ns = _time_ns(text)
    msecs = told.get("msecs")
    if whole_ns % _NS == 0 and isinstance(msecs, int | float) and 0 <= msecs < 1000:
        whole_ns += int(msecs * 1_000_000)
    return whole_ns


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
