"""What is not a message, and what happens when Redis or a reader dies."""

import logging
import subprocess
import sys
import textwrap
import threading
import time

import oslo_messaging as messaging
import pytest
import redis

from tracenova.conf import new_config
from tracenova.messaging import queues
from tracenova.messaging.driver import _RETRY_FOR_S
from tracenova.messaging.errors import BusUnreachable
from tracenova.messaging.server import RedisBus


@pytest.mark.parametrize(
    "garbage",
    ["", "not json", "[]", "{}", '{"id": 1}', "\x00\xff", '"text"', "9" * 5000],
)
def test_garbage_is_dropped_with_one_line(bench, recorder, eventually, caplog, garbage):
    """A reader survives whatever lies in its queue, and says so once."""
    caplog.set_level(logging.ERROR, "tracenova.messaging")
    queue = queues.shared(bench.exchange, "topic")
    bench.transport._driver._line.bus.publish(queue, garbage)
    endpoint = recorder()
    bench.serve(endpoint)
    assert bench.client().call({}, "note", value=1) == 1
    assert len(caplog.records) == 1
    assert caplog.messages[0].startswith("Dropped a message")


def test_an_absent_redis_is_a_clear_error():
    """One line: where it looked, without the password, and how to mend it."""
    with pytest.raises(BusUnreachable) as caught:
        messaging.get_rpc_transport(new_config(), "redis://user:hush@127.0.0.1:1/0")
    text = str(caught.value)
    assert "redis://127.0.0.1:1/0" in text
    assert "redis-server" in text
    assert "hush" not in text
    assert "\n" not in text


@pytest.mark.redis
def test_readers_come_back_after_redis_has_died(own_redis, recorder, eventually):
    """Readers wait for Redis and go on; a caller in between fails in its time."""
    transport = messaging.get_rpc_transport(new_config(), own_redis.url)
    endpoint = recorder()
    target = messaging.Target(topic="topic", server="host1")
    server = messaging.get_rpc_server(transport, target, [endpoint])
    server.start()
    client = messaging.get_rpc_client(transport, messaging.Target(topic="topic"))
    client.call({}, "note", value=1)
    own_redis.kill()
    failures = (messaging.MessagingTimeout, messaging.MessageDeliveryFailure)
    with pytest.raises(failures):
        client.prepare(timeout=0.3).call({}, "note", value=2)
    own_redis.start()
    assert eventually(lambda: _called(client, 3))
    server.stop()
    server.wait()
    transport.cleanup()


def _called(client, value):
    try:
        return client.prepare(timeout=3).call({}, "note", value=value) == value
    except (messaging.MessagingTimeout, messaging.MessageDeliveryFailure):
        return False


@pytest.mark.redis
def test_a_server_stops_while_redis_is_dead(own_redis, recorder, eventually, caplog):
    """Stopping needs no Redis: nothing is tried for as long as a sender would try."""
    transport = messaging.get_rpc_transport(new_config(), own_redis.url)
    target = messaging.Target(topic="topic", server="host1")
    server = messaging.get_rpc_server(transport, target, [recorder()])
    server.start()
    own_redis.kill()
    eventually(lambda: "Trying again" in caplog.text)
    began = time.monotonic()
    server.stop()
    server.wait()
    assert time.monotonic() - began < _RETRY_FOR_S
    transport.cleanup()


def open_bus(own_redis, dead_after_s):
    """Return a bus that calls a reader dead after so many seconds."""
    return RedisBus(own_redis.url.partition("?")[0], own_redis.url, dead_after_s)


@pytest.mark.redis
def test_a_message_that_got_lost_on_its_way_to_the_reader_comes_again(
    own_redis, monkeypatch
):
    """Redis has given it to a reader that lives, and that never saw it."""
    bus = open_bus(own_redis, dead_after_s=3600)
    reader = bus.consume(("queue",), "inbox", None)
    bus.publish("queue", "first")
    first = reader.take(30)
    bus.publish("queue", "second")
    real = bus._commands.run

    def breaks(*args):
        real(*args)
        raise redis.exceptions.ConnectionError("reset by peer")

    with monkeypatch.context() as patch:
        patch.setattr(bus._commands, "run", breaks)
        with pytest.raises(BusUnreachable):
            reader.take(30)
    # the first is in work and does not come twice
    second = reader.take(30)
    assert (first.body, second.body) == ("first", "second")
    reader.acknowledge(first)
    reader.acknowledge(second)
    assert reader.take(0.01) is None
    bus.close()


@pytest.mark.redis
def test_a_message_whose_acknowledgement_did_not_arrive_comes_again(
    own_redis, monkeypatch
):
    """The RPC server leaves it alone then, so nobody has worked on it."""
    bus = open_bus(own_redis, dead_after_s=0.3)  # it looks every third of that
    reader = bus.consume(("queue",), "inbox", None)
    bus.publish("queue", "message")
    delivery = reader.take(30)

    def breaks(*args, **kwargs):
        raise redis.exceptions.TimeoutError("Timeout connecting to server")

    with monkeypatch.context() as patch:
        patch.setattr(bus._commands, "run", breaks)
        with pytest.raises(BusUnreachable):
            reader.acknowledge(delivery)
    assert reader.take(30) == delivery
    bus.close()


@pytest.mark.redis
def test_a_message_that_comes_with_the_wake_up_goes_back_at_once(own_redis):
    """A reader that stops has read it, and works on it no more: the next one gets it."""
    bus = open_bus(own_redis, dead_after_s=3600)
    stopping = bus.consume(("queue",), "inbox-1", None)
    bus.publish("queue", "message")
    stopping.wake()
    assert stopping.take(30) is None
    stopping.close()
    following = bus.consume(("queue",), "inbox-2", None)
    delivery = following.take(30)
    assert delivery is not None
    assert delivery.body == "message"
    following.close()
    bus.close()


_VICTIM = """
import sys, time
from tracenova.conf import new_config
import oslo_messaging as messaging

class Endpoint:
    def info(self, ctxt, publisher_id, event_type, payload, metadata):
        print("got it", flush=True)
        time.sleep(60)

transport = messaging.get_notification_transport(new_config(), sys.argv[1])
targets = [messaging.Target(topic="notifications", exchange="victim")]
messaging.get_notification_listener(transport, targets, [Endpoint()]).start()
time.sleep(60)
"""


@pytest.mark.redis
def test_a_message_survives_the_death_of_its_reader(own_redis, eventually):
    """Taken and not acknowledged: when its reader is killed, another one gets it."""
    command = [sys.executable, "-c", textwrap.dedent(_VICTIM), own_redis.url]
    victim = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    transport = messaging.get_notification_transport(new_config(), own_redis.url)
    transport._driver._default_exchange = "victim"
    notifier = messaging.Notifier(transport, "test", topics=["notifications"])
    notifier.info({}, "instance.update", {"number": 1})
    assert victim.stdout is not None
    assert victim.stdout.readline() == "got it\n"
    victim.kill()
    victim.wait()
    victim.stdout.close()
    seen = []

    class Heir:
        def info(self, ctxt, publisher_id, event_type, payload, metadata):
            seen.append(payload)

    targets = [messaging.Target(topic="notifications", exchange="victim")]
    listener = messaging.get_notification_listener(transport, targets, [Heir()])
    listener.start()
    eventually(lambda: seen == [{"number": 1}])
    listener.stop()
    listener.wait()
    transport.cleanup()


@pytest.mark.redis
def test_a_slow_reader_keeps_its_message(shared_redis, recorder, eventually):
    """Slow is not dead: a message worked on for longer than dead_after stays."""
    transport = messaging.get_notification_transport(new_config(), shared_redis.url)
    transport._driver._default_exchange = "slow"
    seen, worked = [], threading.Event()

    class Slow:
        def info(self, ctxt, publisher_id, event_type, payload, metadata):
            seen.append(payload)
            time.sleep(4)
            worked.set()

    targets = [messaging.Target(topic="notifications", exchange="slow")]
    listeners = [
        messaging.get_notification_listener(transport, targets, [Slow()])
        for _ in range(2)
    ]
    for listener in listeners:
        listener.start()
    messaging.Notifier(transport, "test", topics=["notifications"]).info({}, "e", {})
    assert worked.wait(30)
    for listener in listeners:
        listener.stop()
        listener.wait()
    transport.cleanup()
    assert seen == [{}]
