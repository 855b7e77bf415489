"""Notifications: published to whoever may listen, acknowledged after the work."""

import oslo_messaging as messaging
from oslo_messaging.transport import NotificationTransport


class Listener:
    """Keeps event types by priority."""

    def __init__(self, result=None) -> None:
        self.seen: list[tuple[str, str, str, object]] = []
        self._results = [result] if result else []

    def info(self, ctxt, publisher_id, event_type, payload, metadata):
        """Keep it."""
        self.seen.append(("info", publisher_id, event_type, payload))
        return self._results.pop() if self._results else None

    def error(self, ctxt, publisher_id, event_type, payload, metadata):
        """Keep it."""
        self.seen.append(("error", publisher_id, event_type, payload))


def _notifier(bench, topic):
    transport = NotificationTransport(bench.transport._driver)
    bench.transport._driver._default_exchange = bench.exchange
    return messaging.Notifier(transport, "compute.host1", topics=[topic])


def test_legacy_and_versioned_go_to_topics_of_their_own(bench, eventually):
    """Topics notifications and versioned_notifications do not mix."""
    legacy, versioned = Listener(), Listener()
    bench.listen(["notifications"], legacy)
    bench.listen(["versioned_notifications"], versioned)
    _notifier(bench, "notifications").info({}, "compute.instance.update", {"a": 1})
    _notifier(bench, "versioned_notifications").error({}, "instance.update", {"b": 2})
    eventually(lambda: legacy.seen and versioned.seen)
    assert legacy.seen == [
        ("info", "compute.host1", "compute.instance.update", {"a": 1})
    ]
    assert versioned.seen == [("error", "compute.host1", "instance.update", {"b": 2})]


def test_a_notification_waits_for_a_listener(bench, eventually):
    """Nobody listens yet: the notification stays in its queue."""
    _notifier(bench, "notifications").info({}, "early", {})
    listener = Listener()
    bench.listen(["notifications"], listener)
    eventually(lambda: [seen[2] for seen in listener.seen] == ["early"])


def test_a_requeued_notification_comes_again(bench, eventually):
    """REQUEUE gives it back to the queue."""
    listener = Listener(messaging.NotificationResult.REQUEUE)
    bench.listen(["notifications"], listener, allow_requeue=True)
    _notifier(bench, "notifications").info({}, "again", {})
    eventually(lambda: [seen[2] for seen in listener.seen] == ["again", "again"])


def test_a_notification_is_acknowledged_after_the_work(bench, eventually):
    """A listener that dies at work has not lost the notification."""
    moments = []
    bench.tap.observe(lambda moment: moments.append(moment.kind))

    class Worker:
        def info(self, ctxt, publisher_id, event_type, payload, metadata):
            moments.append("work")

    bench.listen(["notifications"], Worker())
    _notifier(bench, "notifications").info({}, "event", {})
    eventually(lambda: "acked" in moments)
    assert moments == ["published", "delivered", "work", "acked"]
