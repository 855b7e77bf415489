"""nova-scheduler's own log as a trace: filters, weighers, choices.

INFO tells who was left after each filter only when nobody was; DEBUG tells counts of
every filter, who was weighed and who was taken, and today's Nova raw and normalized
weights too. What the log does not tell stays open: the views show counts then.
"""

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tracenova.trace.imports import Imported, ImportProblem
from tracenova.trace.imports.nova_lines import Line, parsed, whole
from tracenova.trace.imports.nova_rounds import Request, Round

_HOST: Final = r"\(([^,()]+), ([^()]+)\)"
_STATE: Final = (
    _HOST + r" ram: ?-?\d+(?:MB)? disk: ?-?\d+(?:MB)? io_ops: ?-?\d+ instances: ?-?\d+"
)
_WEIGHED: Final = re.compile(
    r"WeighedHost \[host: " + _HOST + r" [^\[\]]*?, weight: (-?[\d.e+-]+|nan|-?inf)\]"
)
_STATES: Final = re.compile(_STATE)
_REFUSALS: Final = (
    re.compile(r"(?P<before>.*?)" + _STATE + r"(?P<after>.*)"),
    re.compile(r"(?P<before>)([^\s,()]+), ([^\s,()]+) (?P<after>fails .+)"),
    re.compile(r"(?P<before>)Host \[u?'(.+?)', u?'(.+?)'\] (?P<after>fails.+)"),
)
_COUNT: Final = re.compile(r"(\w+): \(start: (\d+), end: (\d+)\)")
_MOST_WARNINGS: Final = 20


def read(path: Path) -> Imported:
    """Return the schedulings of the log, one trace a request.

    Raises:
        ImportProblem: the file cannot be read, or no scheduling is in it.
    """
    requests: dict[str, Request] = {}
    reader = _Reader(requests)
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            for number, text in whole(file):
                line = parsed(text)
                if line is not None:
                    reader.take(number, line)
    except OSError as error:
        raise ImportProblem(f"{path}: {error.strerror or error}") from error
    told = [request for request in requests.values() if request.rounds]
    if not told:
        raise ImportProblem(
            f"{path}: no line of nova-scheduler about filters or weights is in it"
        )
    spans = [span for request in told for span in request.spans()]
    return Imported(spans, reader.warnings)


class _Reader:
    """Sorts lines by their requests and sets what they tell."""

    def __init__(self, requests: dict[str, Request]) -> None:
        self._requests = requests
        self.warnings: list[str] = []
        self._readers: tuple[tuple[re.Pattern[str], Callable[..., None]], ...] = (
            (re.compile(r"Starting with (\d+) host\(s\)"), self._start),
            (re.compile(r"Filter (\w+) returned (\d+) hosts?(?:\(s\))?"), self._filter),
            (re.compile(r"Filter (\w+) says to stop filtering"), self._stop),
            (re.compile(r"Filtering removed all hosts .*?'(.*?)'\. Filter results: (.*)"), self._removed),
            (re.compile(r"Filtered \[(.*)\]"), self._filtered),
            (re.compile(r"Weighed \[(.*)\]"), self._weighed),
            (re.compile(r"(\w+): (raw|normalized) weights (\{.*\})"), self._weights),
            (re.compile(r"(\w+): score \(multiplier \* weight\) (\{.*\})"), self._scores),
            (re.compile(r"Selected host: (.*)"), self._selected),
        )  # fmt: skip

    def take(self, number: int, line: Line) -> None:
        """Read one line; what it cannot read is a warning."""
        for pattern, reader in self._readers:
            if match := pattern.match(line.text):
                request = self._request(line)
                try:
                    reader(request, line, *match.groups())
                except (ValueError, SyntaxError, RecursionError, MemoryError) as error:
                    self._warn(f"line {number}: {type(error).__name__}: {error}")
                return
        if line.logger.startswith("nova.scheduler.filters."):
            self._refusal(line)

    def _refusal(self, line: Line) -> None:
        """A filter tells of a host, before or after it says what is wrong with it."""
        for pattern in _REFUSALS:
            if match := pattern.fullmatch(line.text):
                words = f"{match['before'].strip()} {match['after'].strip(' ,:')}"
                host = _label(match[2], match[3])
                reason = " ".join(words.split()).rstrip(".")
                self._request(line).current().note_refusal(host, reason)
                return

    def _request(self, line: Line) -> Request:
        request = self._requests.setdefault(line.request, Request(line.request))
        request.see(line.time_ns)
        return request

    def _warn(self, text: str) -> None:
        if len(self.warnings) < _MOST_WARNINGS:
            self.warnings.append(text[:200])
        elif len(self.warnings) == _MOST_WARNINGS:
            self.warnings.append("more lines could not be read")

    def _start(self, request: Request, line: Line, count: str) -> None:
        request.rounds.append(Round(line.time_ns, int(count)))

    def _filter(self, request: Request, line: Line, name: str, count: str) -> None:
        request.current().note_filter(name, int(count), line.time_ns)

    def _stop(self, request: Request, line: Line, name: str) -> None:
        request.current().note_filter(name, 0, line.time_ns)

    def _removed(self, request: Request, line: Line, uuid: str, results: str) -> None:
        round_ = request.current(finished=False)
        request.instance = uuid or request.instance
        counts = _COUNT.findall(results)
        if counts:
            for name, start, end in counts:
                round_.note_counts(name, int(start), int(end), line.time_ns)
        else:
            for name, left in ast.literal_eval(results):
                hosts = [_label(host, node) for host, node in left or ()]
                round_.note_survivors(name, hosts, line.time_ns)
        round_.is_over = True

    def _filtered(self, request: Request, line: Line, states: str) -> None:
        found = [_label(*match) for match in _STATES.findall(states)]
        request.current().filtered = found

    def _weighed(self, request: Request, line: Line, hosts: str) -> None:
        order = [(_label(h, n), float(w)) for h, n, w in _WEIGHED.findall(hosts)]
        request.current().order = order

    def _weights(
        self, request: Request, line: Line, name: str, kind: str, weights: str
    ) -> None:
        column = {_label(*host): value for host, value in _mapping(weights).items()}
        weigher = request.current().weigher(name, line.time_ns)
        if kind == "raw":
            weigher.raw = {host: float(value) for host, value in column.items()}
        else:
            weigher.normalized = {host: float(v) for host, v in column.items()}

    def _scores(self, request: Request, line: Line, name: str, scores: str) -> None:
        weigher = request.current().weigher(name, line.time_ns)
        for host, score in _mapping(scores).items():
            weigher.multipliers[_label(*host)] = float(str(score).partition("*")[0])

    def _selected(self, request: Request, line: Line, shown: str) -> None:
        match = _STATES.search(shown)
        if match is None:
            raise ValueError(f"no host in {shown[:60]!r}")
        round_ = request.current()
        round_.selected = _label(*match.groups())
        round_.is_over = True


def _label(host: str, node: str) -> str:
    return f"{host.strip()}/{node.strip()}"


def _mapping(text: str) -> dict[tuple[str, str], Any]:
    found = ast.literal_eval(re.sub(r"\b(nan|inf)\b", "0", text))
    if not isinstance(found, dict):
        raise ValueError("no mapping")  # noqa: TRY004 - bad data
    return found
