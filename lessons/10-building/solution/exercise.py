"""Whoever waits for an event says so before it can come."""

import threading


class Events:
    """Who waits for which event. Another thread calls deliver()."""

    def __init__(self):
        self._waiting = {}

    def prepare(self, name):
        """Say that somebody will wait for this event; return what to wait on."""
        self._waiting[name] = threading.Event()
        return self._waiting[name]

    def deliver(self, name):
        """An event has come: wake up who waits. When nobody does, it is dropped."""
        event = self._waiting.pop(name, None)
        if event is not None:
            event.set()


def start_guest(interfaces, events, plug, start, resume, timeout):
    """Start a guest with these interfaces.

    plug(interface) has it plugged, and soon an event of the same name comes in;
    start() starts the guest paused, resume() lets it run.
    """
    waiting = [events.prepare(interface) for interface in interfaces]
    for interface in interfaces:
        plug(interface)
    start()
    for event in waiting:
        if not event.wait(timeout):
            return "error"
    resume()
    return "active"
