"""Tells when a service of a running lab dies, and when one is there in its place."""

from collections.abc import Callable

from tracenova_tui.feed import Feed, Said


class ServicesWatch:
    """Looks at the services now and then; what it sees is told when it changes.

    Args:
        deaf: looks; returns the names of those that take no messages any more.
    """

    def __init__(self, feed: Feed, deaf: Callable[[], set[str]]) -> None:
        self._feed = feed
        self._deaf = deaf
        self._gone: set[str] = set()

    def look(self) -> None:
        """Look once; tell what is new."""
        deaf = self._deaf()
        for name in sorted(deaf - self._gone):
            said = f"{name} has died: what is sent to it waits in its queue"
            self._feed.put(Said(said, "error"))
        for name in sorted(self._gone - deaf):
            self._feed.put(Said(f"{name} is there again"))
        self._gone = deaf
