"""The cursor in time that all views share: play, pause, step, scrub, follow.

Knows nothing of screens: it is told how much time has passed, and says whether it moved.
"""

from collections.abc import Callable

from tracenova.trace.model import Hop
from tracenova_tui.story import Story

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
SLOW_MOTION = 20.0
SHORTEST_S, LONGEST_S = 0.06, 0.8
_NEAR = 200


class Player:
    """Where we are in a story.

    Attributes:
        at: index of the hop under the cursor.
        span_id: the very span under the cursor; of the hop, or one inside it.
        veiled: what comes after the cursor has not happened yet, and is drawn so.
        follows: the cursor keeps to the newest hop of a live story.
        shown: tells which hops the current level shows; stepping skips the others.
    """

    def __init__(self, story: Story) -> None:
        self.story = story
        self.at = 0
        self.span_id = ""
        self.playing = False
        self.veiled = False
        self.follows = story.live
        self.speed = 1.0
        self.shown: Callable[[Hop], bool] = lambda hop: True
        self._due_s = 0.0
        self.go(0)

    @property
    def hop(self) -> Hop | None:
        """The hop under the cursor; None in a story without any."""
        hops = self.story.hops
        return hops[min(self.at, len(hops) - 1)] if hops else None

    @property
    def now_ns(self) -> int:
        """The time of the cursor; everything of the story when it is at its end."""
        hop = self.hop
        if hop is None or self.at >= len(self.story.hops) - 1:
            return self.story.ends_ns
        return hop.start_ns

    def go(self, index: int) -> bool:
        """Move to the hop of that index, or the nearest there is."""
        hops = self.story.hops
        if not hops:
            return False
        before = self.at, self.span_id
        self.at = max(0, min(index, len(hops) - 1))
        self.span_id = hops[self.at].span_id
        return before != (self.at, self.span_id)

    def select(self, span_id: str) -> bool:
        """Move to a span, and to the hop that it belongs to."""
        before = self.at, self.span_id
        place = self.story.place_of(span_id)
        current = self.hop
        if place is not None and (current is None or current.span_id != span_id):
            self.at = place
        self.span_id = span_id
        return before != (self.at, self.span_id)

    def step(self, hops: int) -> bool:
        """Move so many shown hops on, or back."""
        self.follows = False
        step = 1 if hops > 0 else -1
        index, left, told = self.at, abs(hops), self.story.hops
        best = self.at
        while left and 0 <= index + step < len(told):
            index += step
            if self.shown(told[index]):
                best, left = index, left - 1
        return self.go(best)

    def scrub(self, part: float) -> bool:
        """Move to a part of the story, 0 its beginning and 1 its end."""
        self.follows = False
        hops = self.story.hops
        wanted = round(part * (len(hops) - 1))
        around = range(max(0, wanted - _NEAR), min(len(hops), wanted + _NEAR))
        near = sorted(around, key=lambda at: abs(at - wanted))
        shown = (at for at in near if self.shown(hops[at]))
        return self.go(next(shown, wanted))

    def end(self) -> bool:
        """Move to the end; in a live story, stay there."""
        self.follows = self.story.live
        return self.go(len(self.story.hops) - 1)

    def toggle(self) -> None:
        """Play from here, or pause."""
        self.playing = not self.playing
        if self.playing:
            self.follows = False
            self.veiled = True
            if self.at >= len(self.story.hops) - 1:
                self.go(0)
            self._due_s = self._pause_s()

    def faster(self, by: int) -> None:
        """Change the speed by so many notches."""
        at = max(0, min(SPEEDS.index(self.speed) + by, len(SPEEDS) - 1))
        self.speed = SPEEDS[at]

    def tick(self, passed_s: float) -> bool:
        """Let time pass; return whether the cursor moved."""
        if not self.playing:
            return False
        self._due_s -= passed_s
        moved = False
        while self._due_s <= 0:
            if not self.step(1):
                self.playing = self.veiled = False
                break
            moved = True
            self._due_s += self._pause_s()
        return moved

    def grown(self) -> bool:
        """Keep up with a story that has grown; return whether the cursor moved."""
        if self.follows:
            return self.go(len(self.story.hops) - 1)
        if self.span_id and (place := self.story.place_of(self.span_id)) is not None:
            self.at = place
        return False

    def _pause_s(self) -> float:
        """Return how long to stay: the real time in slow motion, within bounds."""
        hops = self.story.hops
        if self.at + 1 >= len(hops):
            return SHORTEST_S / self.speed
        gap_s = (hops[self.at + 1].start_ns - hops[self.at].start_ns) / 1e9
        return max(SHORTEST_S, min(gap_s * SLOW_MOTION, LONGEST_S)) / self.speed
