"""Calls, casts, fanouts: what oslo.messaging promises, on both kinds of bus."""

import threading
import time

import oslo_messaging as messaging
import pytest

from tests.functional.messaging.conftest import PATIENCE_S
from tracenova import exception
from tracenova.messaging.errors import BusClosed
from tracenova.messaging.listener import Listener


def test_a_call_returns_what_the_server_returns(bench, recorder):
    """A call waits for the endpoint's result."""
    bench.serve(recorder())
    assert bench.client().call({}, "note", value={"a": [1, None, "ü"]}) == {
        "a": [1, None, "ü"]
    }


def test_a_cast_returns_at_once_and_arrives(bench, recorder, eventually):
    """A cast has been sent when it returns; the work is done later."""
    endpoint = recorder()
    bench.serve(endpoint)
    assert bench.client().cast({}, "note", value=1) is None
    eventually(lambda: endpoint.seen == [1])


def test_a_message_waits_for_a_server_that_starts_later(bench, recorder, eventually):
    """The queue outlives its readers: a compute that restarts gets its casts."""
    bench.client().cast({}, "note", value="early")
    endpoint = recorder()
    bench.serve(endpoint)
    eventually(lambda: endpoint.seen == ["early"])


def test_a_message_for_a_server_reaches_no_other(bench, recorder, eventually):
    """server=host goes to that host's own queue."""
    one, two = recorder(), recorder()
    bench.serve(one, "host1")
    bench.serve(two, "host2")
    for value in range(5):
        bench.client().prepare(server="host2").cast({}, "note", value=value)
    eventually(lambda: len(two.seen) == 5)
    assert one.seen == []


def test_a_message_for_a_topic_reaches_one_server(bench, recorder, eventually):
    """Servers of a topic share its queue; each message goes to one of them."""
    endpoints = [recorder(), recorder()]
    for number, endpoint in enumerate(endpoints):
        bench.serve(endpoint, f"host{number}")
    for value in range(20):
        bench.client().call({}, "note", value=value)
    assert sorted(endpoints[0].seen + endpoints[1].seen) == list(range(20))


def test_a_fanout_reaches_every_server_that_listens_then(bench, recorder, eventually):
    """A fanout is copied to the servers that listen at that moment, and to no later."""
    endpoints = [recorder(), recorder(), recorder()]
    for number, endpoint in enumerate(endpoints[:2]):
        bench.serve(endpoint, f"host{number}")
    bench.client().prepare(fanout=True).cast({}, "note", value="all")
    eventually(lambda: endpoints[0].seen == endpoints[1].seen == ["all"])
    bench.serve(endpoints[2], "late")
    bench.client().prepare(server="late").call({}, "note", value="hello")
    assert endpoints[2].seen == ["hello"]


def test_a_stopped_server_gets_no_fanout(bench, recorder, eventually):
    """A server that has stopped is no longer in the audience."""
    stays, goes = recorder(), recorder()
    bench.serve(stays, "stays")
    gone = bench.serve(goes, "goes")
    gone.stop()
    gone.wait()
    bench.client().prepare(fanout=True).cast({}, "note", value=1)
    eventually(lambda: stays.seen == [1])
    assert goes.seen == []


def test_messages_of_one_queue_keep_their_order(bench):
    """One queue, one reader, one worker: first in, first out."""
    seen = []

    class Endpoint:
        def note(self, ctxt, value):
            seen.append(value)

    client = bench.client()
    for value in range(50):
        client.cast({}, "note", value=value)
    target = bench.target(server="host1")
    server = messaging.get_rpc_server(bench.transport, target, [Endpoint()])
    server.start(override_pool_size=1)
    client.call({}, "note", value=50)
    server.stop()
    server.wait()
    assert seen == list(range(51))


def test_a_timeout_says_what_was_called(bench):
    """Nobody listens: MessagingTimeout after the caller's patience, in words."""
    with pytest.raises(messaging.MessagingTimeout, match="ping on topic topic"):
        bench.client(timeout=0.2).call({}, "ping")


def test_a_late_reply_reaches_nobody(bench):
    """The caller has gone; the next call gets its own reply, not the late one."""
    go_on = threading.Event()

    class Endpoint:
        def slow(self, ctxt):
            go_on.wait(PATIENCE_S)
            return "late"

        def quick(self, ctxt):
            return "quick"

    bench.serve(Endpoint())
    with pytest.raises(messaging.MessagingTimeout):
        bench.client(timeout=0.1).call({}, "slow")
    go_on.set()
    assert bench.client().call({}, "quick") == "quick"


def test_an_allowed_exception_comes_back_as_itself(bench):
    """Exceptions of the allowed modules are raised again at the caller."""

    class Endpoint:
        @messaging.expected_exceptions(exception.NoValidHost)
        def choose(self, ctxt):
            raise exception.NoValidHost(reason="all hosts are full")

    bench.serve(Endpoint())
    with pytest.raises(exception.NoValidHost, match="all hosts are full") as caught:
        bench.client().call({}, "choose")
    assert type(caught.value).__name__ == "NoValidHost_Remote"


def test_another_exception_comes_back_as_a_remote_error(bench):
    """A module that is not allowed is never imported for the sake of a message."""

    class Endpoint:
        @messaging.expected_exceptions(messaging.InvalidTarget)
        def fail(self, ctxt):
            raise messaging.InvalidTarget("no", None)

    bench.serve(Endpoint())
    with pytest.raises(messaging.RemoteError, match="InvalidTarget"):
        bench.client().call({}, "fail")


def test_versions_follow_oslo_messaging(bench, recorder):
    """Same major, minor not above the endpoint's; the client's cap stops earlier."""
    endpoint = recorder()
    endpoint.target = messaging.Target(version="4.3")
    bench.serve(endpoint)
    client = bench.client(version_cap="4.5")
    assert client.prepare(version="4.3").call({}, "note", value=1) == 1
    with pytest.raises(messaging.RemoteError, match=r"not support RPC version 4\.4"):
        client.prepare(version="4.4").call({}, "note", value=1)
    with pytest.raises(messaging.RPCVersionCapError):
        client.prepare(version="4.6").call({}, "note", value=1)


def test_a_namespace_picks_the_endpoint(bench, recorder):
    """One server, several interfaces: compute_task beside the conductor's main one."""
    main, task = recorder(), recorder()
    task.target = messaging.Target(namespace="compute_task", version="1.15")
    bench.serve(main)
    target = bench.target(server="host2", topic="two")
    server = messaging.get_rpc_server(bench.transport, target, [main, task])
    server.start()
    client = messaging.get_rpc_client(bench.transport, bench.target(topic="two"))
    client.prepare(namespace="compute_task", version="1.10").call({}, "note", value=1)
    server.stop()
    server.wait()
    assert (main.seen, task.seen) == ([], [1])


def test_a_message_is_acknowledged_before_it_is_worked_on(bench):
    """RPC is at most once: what kills its server does not kill the next one."""
    moments = []
    bench.tap.observe(lambda moment: moments.append(moment.kind))

    class Endpoint:
        def work(self, ctxt):
            moments.append("work")

    bench.serve(Endpoint())
    bench.client().call({}, "work")
    assert moments.index("acked") < moments.index("work")


def test_signs_of_life_keep_a_long_call_waiting(bench):
    """With call_monitor_timeout a caller waits as long as its server lives."""

    class Endpoint:
        def slow(self, ctxt):
            time.sleep(4)
            return "done"

    bench.serve(Endpoint())
    client = bench.client(call_monitor_timeout=3)
    assert client.call({}, "slow") == "done"


def test_a_stop_wakes_idle_readers(bench, recorder):
    """A reader that was not woken would sleep for a minute."""
    running = bench.serve(recorder())
    bench.client().call({}, "note", value=1)
    began = time.monotonic()
    running.stop()
    running.wait()
    assert time.monotonic() - began < PATIENCE_S


def test_a_server_that_takes_no_messages_says_so(bench, recorder):
    """Stopped, or the thread that took them has ended."""
    stopped = bench.serve(recorder(), server="host1")
    other = bench.serve(recorder(), server="host2")
    bench.client().call({}, "note", value=1)
    assert stopped.listener.polled.is_polled
    assert other.listener.polled.is_polled
    stopped.stop()
    assert not stopped.listener.polled.is_polled
    brief = Listener(other.listener.polled._line, other.listener.polled._consumer)
    taker = threading.Thread(target=brief.poll, args=(0,))
    taker.start()
    taker.join()
    assert not brief.is_polled
    assert other.listener.polled.is_polled


def test_closing_the_bus_ends_a_waiting_call(bench, eventually):
    """A caller that waits when its cloud stops is told so, and does not time out."""
    errors = []

    def call():
        try:
            bench.client(timeout=50).call({}, "nobody")
        except messaging.MessagingException as error:
            errors.append(error)

    caller = threading.Thread(target=call)
    caller.start()
    eventually(lambda: bench.transport._driver._waiting)
    bench.transport.cleanup()
    caller.join(PATIENCE_S)
    (error,) = errors
    assert isinstance(error, BusClosed)
    assert "closed" in str(error)


def test_two_exchanges_do_not_meet(bench, recorder, eventually):
    """The exchange is part of a queue's name."""
    mine, other = recorder(), recorder()
    bench.serve(mine)
    target = messaging.Target(exchange="other", topic="topic", server="host1")
    server = messaging.get_rpc_server(bench.transport, target, [other])
    server.start()
    bench.client().call({}, "note", value=1)
    server.stop()
    server.wait()
    assert (mine.seen, other.seen) == ([1], [])
