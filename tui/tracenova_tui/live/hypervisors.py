"""Tells when the libvirt under a running lab goes away, and when it is back."""

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from tracenova_tui.feed import Feed, Said

if TYPE_CHECKING:
    from tracenova.lab.cloud import Cloud

_EVERY_S = 5.0


class LibvirtWatch:
    """Asks each libvirt now and then; what it hears is told when it changes.

    Args:
        uris: what the lab's hosts run on.
        complaint: asks one; returns "" when it answers.
    """

    def __init__(
        self, feed: Feed, uris: Iterable[str], complaint: Callable[[str], str]
    ) -> None:
        self._feed = feed
        self._uris = sorted(set(uris))
        self._complaint = complaint
        self._gone: set[str] = set()
        self._asked = time.monotonic()

    def look(self) -> None:
        """Ask, if the last time is a while ago."""
        if not self._uris or time.monotonic() - self._asked < _EVERY_S:
            return
        for uri in self._uris:
            self._hear(uri, self._complaint(uri))
        self._asked = time.monotonic()

    def _hear(self, uri: str, why: str) -> None:
        if why and uri not in self._gone:
            self._gone.add(uri)
            said = f"libvirt has gone: {why}. Boots on its hosts fail until it is back."
            self._feed.put(Said(said, "error"))
        elif not why and uri in self._gone:
            self._gone.remove(uri)
            self._feed.put(Said("libvirt answers again"))


def watch_of(cloud: "Cloud", feed: Feed) -> LibvirtWatch:
    """Return a watch over what the hosts of a lab run on."""
    from tracenova.lab import hypervisors, libvirt_health

    kinds = {cloud.kind_of(host.name) for host in cloud.lab.hosts}
    real = (kind for kind in kinds if hypervisors.is_real(kind))
    return LibvirtWatch(feed, real, libvirt_health.complaint)
