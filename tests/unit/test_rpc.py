"""The cloud's message bus: clients, servers, notifiers, serializers, routing."""

import threading
import types
import uuid

import oslo_messaging as messaging
import pytest

from tracenova import context, exception, identity, objects, profiler, rpc
from tracenova.conf import CONF
from tracenova.messaging.errors import BusNotInitialised
from tracenova.trace import names

API = identity.ServiceIdentity("nova-api", "controller", "rpc-test")
SCHEDULER = identity.ServiceIdentity("nova-scheduler", "controller", "rpc-test")


class Spans:
    """A backend that keeps spans as (service, name, kind, attributes)."""

    def __init__(self):
        self.seen = []
        self.failed = []
        self.witnessed_clocks = []

    def span(self, name, kind, attributes):
        """Record at the start."""
        who = identity.current()
        kept = (who.name if who else None, name, kind, dict(attributes))
        self.seen.append(kept)
        return _Block(self, kept)

    def inject(self, carrier):
        """Write a clock with the service's name on it."""
        who = identity.current()
        carrier["nova.lamport"] = who.name if who else "nobody"

    def extracted(self, carrier):
        """Do nothing."""
        return _Block(self, None)

    def witnessed(self, carrier):
        """Keep the clock."""
        self.witnessed_clocks.append(carrier["nova.lamport"])

    def named(self, name):
        """Return the spans of that name."""
        return [span for span in self.seen if span[1] == name]


class _Block:
    def __init__(self, spans, kept):
        self._spans, self._kept = spans, kept

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def set(self, attributes):
        """Add attributes."""
        self._kept[3].update(attributes)

    def fail(self, error):
        """Keep the failure."""
        self._spans.failed.append((self._kept[1], error))


@pytest.fixture
def spans():
    """Record spans within the test."""
    backend = Spans()
    profiler.install(backend)
    yield backend
    profiler.install(None)


@pytest.fixture
def bus():
    """A cloud's bus, used by two services; its URL."""
    url = f"fakeredis://{uuid.uuid4().hex}/"
    with identity.acting_as(API):
        rpc.init(CONF, url)
    with identity.acting_as(SCHEDULER):
        rpc.init(CONF, url)
    yield url
    for who in (SCHEDULER, API):
        with identity.acting_as(who):
            rpc.cleanup()


@pytest.fixture
def ctxt():
    """The context of a user's request."""
    return context.RequestContext("demo", "project", is_admin=False, auth_token="hush")


class Scheduler:
    """An endpoint."""

    target = messaging.Target(version="4.3")

    def who(self, ctxt, **kwargs):
        """Say which service works, and for whom."""
        acting = identity.current()
        assert acting is not None
        return [acting.name, ctxt.user_id, ctxt.auth_token, sorted(ctxt.to_dict())]

    @messaging.expected_exceptions(exception.NoValidHost)
    def choose(self, ctxt):
        """Find nothing."""
        raise exception.NoValidHost(reason="full")


@pytest.fixture
def client(bus):
    """A client in nova-api of a running scheduler."""
    with identity.acting_as(SCHEDULER):
        target = messaging.Target(topic="scheduler", server="controller")
        server = rpc.get_server(target, [Scheduler()])
        server.start()
    with identity.acting_as(API):
        target = messaging.Target(topic="scheduler", version="4.0")
        yield rpc.get_client(target, version_cap="4.3")
    server.stop()
    server.wait()


def test_an_endpoint_works_as_its_own_service(client, ctxt):
    """The sender is nova-api, the worker nova-scheduler; the user stays the user."""
    name, user, token, _ = client.call(ctxt, "who")
    assert (name, user, token) == ("nova-scheduler", "demo", "hush")


def test_a_call_is_a_send_and_a_receipt(client, ctxt, spans):
    """PRODUCER {topic}.{method} at the caller, CONSUMER {method} receive at the server."""
    client.prepare(version="4.2").call(ctxt, "who", admin_password="hush")
    ((who, _, kind, sent),) = spans.named("scheduler.who")
    assert (who, kind) == ("nova-api", "producer")
    assert sent[names.MESSAGING_SYSTEM] == "redis"
    assert sent[names.MESSAGING_OPERATION_NAME] == "call"
    assert (sent[names.RPC_VERSION], sent[names.RPC_VERSION_CAP]) == ("4.2", "4.3")
    assert sent[names.MESSAGING_BODY_SIZE] > 100
    assert "hush" not in sent[names.RPC_ARGS]
    assert "nova-scheduler" in sent[names.RPC_RESULT]
    ((who, _, kind, received),) = spans.named("who receive")
    assert (who, kind) == ("nova-scheduler", "consumer")
    assert received[names.RPC_ENDPOINT_VERSION] == "4.3"
    assert received[names.RPC_ACKED] is True
    assert received[names.RPC_QUEUED_NS] > 0
    message_id = names.MESSAGING_MESSAGE_ID
    assert sent[message_id] == received[message_id]


def test_the_reply_brings_the_servers_clock_back(client, ctxt, spans):
    """A Lamport clock travels with the message and with the reply."""
    client.call(ctxt, "who")
    assert spans.witnessed_clocks == ["nova-scheduler"]


def test_the_trace_context_does_not_reach_the_service(client, ctxt, spans):
    """What the seams write into the context is theirs; services see Nova's context."""
    assert "nova.lamport" not in client.call(ctxt, "who")[3]


def test_a_failure_marks_the_receipt(client, ctxt, spans):
    """The exception that goes back to the caller is on the receiver's span."""
    with pytest.raises(exception.NoValidHost):
        client.call(ctxt, "choose")
    ((name, error),) = spans.failed
    assert name == "choose receive"
    assert isinstance(error, exception.NoValidHost)


def test_a_fanout_is_called_so(client, ctxt, spans):
    """Fanout is an operation of its own, beside call and cast."""
    client.prepare(fanout=True).cast(ctxt, "who")
    ((*_, sent),) = spans.named("scheduler.who")
    assert sent[names.MESSAGING_OPERATION] == "fanout"


def _listen(url, topic, seen):
    class Listener:
        def info(self, ctxt, publisher_id, event_type, payload, metadata):
            seen.append((publisher_id, event_type, payload))
            arrived.set()

    arrived = threading.Event()
    transport = messaging.get_notification_transport(CONF, url)
    targets = [messaging.Target(topic=topic)]
    listener = messaging.get_notification_listener(transport, targets, [Listener()])
    listener.start()
    return listener, arrived


def test_notifications_go_to_both_topics(bus, ctxt, spans):
    """notification_format both: legacy and versioned notifications are sent."""
    legacy: list[tuple[object, ...]] = []
    versioned: list[tuple[object, ...]] = []
    listeners = [
        _listen(bus, "notifications", legacy),
        _listen(bus, "versioned_notifications", versioned),
    ]
    with identity.acting_as(SCHEDULER):
        rpc.get_notifier("scheduler").info(
            ctxt, "scheduler.select_destinations.start", {"password": "hush", "a": 1}
        )
        rpc.get_versioned_notifier("nova-scheduler:controller").info(
            ctxt, "instance.update", {"b": 2}
        )
    for listener, arrived in listeners:
        assert arrived.wait(30)
        listener.stop()
        listener.wait()
    assert legacy[0][:2] == (
        f"scheduler.{CONF.host}",
        "scheduler.select_destinations.start",
    )
    assert versioned == [("nova-scheduler:controller", "instance.update", {"b": 2})]
    ((_, _, kind, sent),) = spans.named("scheduler.select_destinations.start")
    assert kind == "producer"
    assert sent[names.MESSAGING_DESTINATION] == "notifications"
    assert sent[names.NOTIFICATION_PRIORITY] == "INFO"
    assert "hush" not in sent[names.NOTIFICATION_PAYLOAD]


def test_an_unknown_legacy_notification_is_reported(bus, ctxt, caplog, monkeypatch):
    """Nova takes no new legacy notifications, except for failed methods."""
    with identity.acting_as(SCHEDULER):
        notifier = rpc.get_notifier("scheduler")
    notifier.info(ctxt, "brand.new", {})
    assert "brand.new is not a versioned notification" in caplog.text
    monkeypatch.setattr(rpc.LegacyValidatingNotifier, "fatal", True)
    with pytest.raises(AssertionError):
        notifier.info(ctxt, "brand.new", {})
    notifier.error(ctxt, "build_instances", {"exception": "x", "args": {}})


def test_services_of_a_cloud_share_one_bus(bus):
    """The last service to leave closes it."""
    with identity.acting_as(API):
        rpc.init(CONF, "fakeredis://elsewhere/")
        tap = rpc.get_tap()
        rpc.cleanup()
        assert rpc.get_tap() is tap
    with identity.acting_as(SCHEDULER):
        assert rpc.get_tap() is tap


def test_a_cloud_without_a_bus_is_told_so():
    """rpc.init comes first."""
    stranger = identity.ServiceIdentity("nova-api", "controller", "stranger")
    with (
        identity.acting_as(stranger),
        pytest.raises(BusNotInitialised, match="stranger"),
    ):
        rpc.get_client(messaging.Target(topic="conductor"))


def _mapping(transport_url, uuid="cell"):
    cell = types.SimpleNamespace(uuid=uuid, transport_url=transport_url)
    return types.SimpleNamespace(cell_mapping=cell)


class _Found:
    def __init__(self, mapping):
        self._mapping = mapping

    def get_by_host(self, ctxt, host):
        """Return the mapping of a host."""
        if self._mapping is None:
            raise exception.HostMappingNotFound(name=host)
        return self._mapping

    def get_by_instance_uuid(self, ctxt, uuid):
        """Return the mapping of an instance."""
        if self._mapping is None:
            raise exception.InstanceMappingNotFound(uuid=uuid)
        return self._mapping


def test_what_is_not_mapped_goes_by_the_default_bus(client, ctxt, monkeypatch):
    """HostMappingNotFound, InstanceMappingNotFound: not a cells deployment."""
    monkeypatch.setattr(objects, "HostMapping", _Found(None), raising=False)
    monkeypatch.setattr(objects, "InstanceMapping", _Found(None), raising=False)
    router = rpc.ClientRouter(client)
    instance = types.SimpleNamespace(uuid="1")
    assert router.by_host(ctxt, "compute1") is client
    assert router.by_instance(ctxt, instance) is client


def test_a_mapped_host_is_reached_through_its_cell(client, bus, ctxt, monkeypatch):
    """The client of a cell is kept, and forgotten after a minute without use."""
    found = _Found(_mapping(bus))
    monkeypatch.setattr(objects, "HostMapping", found, raising=False)
    router = rpc.ClientRouter(client)
    routed = router.by_host(ctxt, "compute1")
    assert routed is router.by_host(ctxt, "compute1")
    assert routed.call(ctxt, "who")[0] == "nova-scheduler"
    router.clients["cell"].last_access_time -= 61
    assert router.by_host(ctxt, "compute1") is not routed


def test_a_cell_of_another_bus_gets_its_own_transport(client, bus):
    """create_transport connects to the cell's URL, unless it is the cloud's own."""
    own = rpc.create_transport(bus)
    other = rpc.create_transport("fakeredis://rpc-test-cell/")
    assert own._driver is rpc.create_transport(bus)._driver
    assert own._driver is not other._driver
    other.cleanup()
