"""The state machine of a build as five lines of text, the path taken drawn in it."""

from collections.abc import Sequence

from tracenova.trace.machine import MACHINE, NONE, State, Step
from tracenova_tui.ink import Canvas, Line, wide

_STOPS: tuple[State, ...] = (
    ("building", "scheduling"),
    ("building", NONE),
    ("building", "networking"),
    ("building", "block_device_mapping"),
    ("building", "spawning"),
    ("active", NONE),
)
_ERROR: State = ("error", NONE)
_LEFT = 1
_LEAST, _MOST = 5, 16
_TAIL = 2  # columns after the last stop
_POWER = "power "


class Machine:
    """Where each state stands in a width, and how the path runs between them.

    Args:
        steps: the path of one server.
        now_ns: the steps up to then have happened.
        width: columns there are.
    """

    def __init__(self, steps: Sequence[Step], now_ns: int, width: int) -> None:
        self._steps = steps
        past = [step for step in steps if step.change.start_ns <= now_ns]
        self._now = past[-1] if past else None
        self._past = {step.number for step in past}
        self._taken: dict[tuple[State | None, State], list[int]] = {}
        for step in steps:
            self._taken.setdefault((step.before, step.after), []).append(step.number)
        names = sum(wide(task) for _, task in _STOPS)
        gaps = len(_STOPS) - 1
        room = (width - _LEFT - names - _TAIL) // gaps
        self._arrow = max(_LEAST, min(_MOST, room))
        self._width = _LEFT + names + gaps * self._arrow + _TAIL
        self._begins: list[int] = []
        at = _LEFT
        for _, task in _STOPS:
            self._begins.append(at)
            at += wide(task) + self._arrow

    def lines(self) -> list[Line]:
        """Return the drawing: vm_state, ways back, task states, errors; other steps."""
        return [
            self._regions(),
            self._back(),
            self._stops(),
            self._errors(),
            *self._others(),
        ]

    # --- lines --------------------------------------------------------------------

    def _regions(self) -> Line:
        """Paint which stops belong to which vm_state."""
        canvas = Canvas(self._width)
        end = self._begins[-2] + wide("spawning")
        role = "strong" if self._in("building") else "dim"
        canvas.put(_LEFT, "╭─" + "─" * (end - _LEFT - 4) + "─╮", "dim")
        power = self._power("building")
        canvas.put(
            _LEFT + 2, f" building{f' · {_POWER}{power}' if power else ''} ", role
        )
        role = "strong" if self._in("active") else "dim"
        canvas.put(self._width - len("active"), "active", role)
        return canvas.line()

    def _back(self) -> Line:
        """Paint the ways back to an earlier stop."""
        canvas = Canvas(self._width)
        ways = [
            (_STOPS.index(before), _STOPS.index(after))
            for before, after in self._ways()
            if before in _STOPS and after in _STOPS
        ]
        back = [(begin, end) for begin, end in ways if end < begin]
        for begin, end in sorted(back, key=lambda way: way[1] - way[0]):
            joins = any(e <= end and begin < b for b, e in back)
            self._arc(canvas, _STOPS[begin], _STOPS[end], "┬" if joins else "╮", "▼")
        return canvas.line()

    def _stops(self) -> Line:
        """Paint the stops, and the arrows between neighbours."""
        canvas = Canvas(self._width)
        for at, stop in enumerate(_STOPS):
            begin, size = self._begins[at], wide(stop[1])
            if at + 1 < len(_STOPS):
                self._arrow_after(canvas, begin + size, (stop, _STOPS[at + 1]))
            canvas.put(begin, stop[1], self._role(stop))
            if self._is_here(stop):
                canvas.put(begin - 1, "▸", "accent")
                canvas.put(begin + size, "◂", "accent")
        return canvas.line()

    def _arrow_after(self, canvas: Canvas, at: int, way: tuple[State, State]) -> None:
        taken = self._taken.get(way, [])
        if way not in MACHINE and not taken:
            return
        size = self._arrow - 2
        stroke, role = self._stroke(taken)
        text = stroke * (size - 1) + "▶"
        canvas.put(at + 1, text, role)
        said = _numbers(taken, size - 1)
        canvas.put(at + 1 + (size - 1 - len(said)) // 2, said, role)

    def _errors(self) -> Line:
        """Paint how the build can fail, and the power state that it ended in."""
        canvas = Canvas(self._width)
        power = self._power("active")
        said = f"{_POWER if self._arrow > _LEAST else ''}{power}" if power else ""
        ways = [way for way in self._ways() if way[1] == _ERROR]
        middle = self._begins[3] - 2
        for before, _ in ways:
            if before not in _STOPS:
                continue
            begin = self._middle(before)
            taken = self._taken.get((before, _ERROR), [])
            stroke, role = self._stroke(taken)
            left, right = min(begin, middle), max(begin, middle + 8)
            canvas.put(left, stroke * (right - left), role)
            canvas.put(begin, "╰" if begin < middle else "╯", role)
            number = _numbers(taken, 6)
            if begin < middle:
                canvas.put(middle - 2, "▶", role)
                canvas.put((begin + middle - len(number)) // 2, number, role)
            else:
                canvas.put(middle + 8, "◀", role)
                canvas.put((begin + middle + 8 - len(number)) // 2, number, role)
        failed = self._in("error")
        canvas.put(middle - 1, " " * 9, "")
        canvas.put(
            middle, "✗ error" if failed else " error ", "error" if failed else "dim"
        )
        canvas.put(self._width - wide(said), said, "strong")
        return canvas.line()

    def _others(self) -> list[Line]:
        """Say in words which steps lead elsewhere."""
        shown = {*_STOPS, _ERROR}
        others = [
            step
            for step in self._steps
            if step.before is not None
            and (
                step.after not in shown or step.before not in shown or self._stays(step)
            )
        ]
        if not others:
            return []
        said = "   ".join(
            f"{s.number} {'/'.join(s.before or ())} ━▶ {'/'.join(s.after)}"
            + (f" {_POWER}{s.power}" if self._stays(s) else "")
            for s in others
        )
        canvas = Canvas(self._width)
        canvas.put(_LEFT + 1, f"then {said}", "strong")
        return [canvas.line()]

    # --- helpers ------------------------------------------------------------------

    def _ways(self) -> list[tuple[State, State]]:
        """Return the ways that can be taken, or were; the taken ones last."""
        taken = [(a, b) for a, b in self._taken if a is not None]
        return [way for way in MACHINE if way not in taken] + taken

    def _arc(
        self, canvas: Canvas, before: State, after: State, tail: str, head: str
    ) -> None:
        taken = self._taken.get((before, after), [])
        stroke, role = self._stroke(taken)
        begin, end = self._middle(before), self._middle(after)
        canvas.put(end + 1, stroke * (begin - end - 1), role)
        canvas.put(begin, tail, role)
        canvas.put(end, head, role)
        said = f" {_numbers(taken, 8)} again " if taken else ""
        if len(said) + 4 > begin - end:
            said = _numbers(taken, 8)
        canvas.put((begin + end - len(said)) // 2 + 1, said, role)

    def _middle(self, stop: State) -> int:
        at = _STOPS.index(stop)
        return self._begins[at] + (wide(stop[1]) - 1) // 2

    def _stroke(self, taken: list[int]) -> tuple[str, str]:
        if not taken:
            return "╌", "faint"
        return "━", "accent" if self._past.intersection(taken) else "dim"

    def _role(self, stop: State) -> str:
        if self._is_here(stop):
            return "accent"
        been = any(s.after == stop and s.number in self._past for s in self._steps)
        return "strong" if been else "dim"

    def _is_here(self, stop: State) -> bool:
        return self._now is not None and self._now.after == stop

    def _in(self, vm_state: str) -> bool:
        return self._now is not None and self._now.after[0] == vm_state

    def _power(self, vm_state: str) -> str:
        """Return the last power state that the server had in a vm_state, until now."""
        had = [
            step.power
            for step in self._steps
            if step.after[0] == vm_state and step.number in self._past
        ]
        return had[-1] if had and had[-1] != NONE else ""

    @staticmethod
    def _stays(step: Step) -> bool:
        return step.before == step.after


def _numbers(taken: list[int], room: int) -> str:
    """Return the numbers of the steps, or how often they were taken."""
    said = ",".join(map(str, taken))
    return said if len(said) <= room else f"×{len(taken)}"
