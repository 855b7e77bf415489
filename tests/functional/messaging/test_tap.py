"""The tap on the bus: watch, hold, step, delay, drop, double, edit."""

import threading
import time

import oslo_messaging as messaging
import pytest

from tracenova.messaging.tap import Delay, Drop, Duplicate, Edit, Moment, Rule


def _of(kind):
    return lambda envelope: envelope.kind == kind


def test_a_call_passes_through_its_moments(bench, recorder):
    """Published, delivered, acknowledged, replied; then the reply's own two."""
    moments: list[Moment] = []
    bench.tap.observe(moments.append)
    bench.serve(recorder())
    bench.client().call({"request_id": "req-1"}, "note", value=7)
    assert [(one.envelope.kind, one.kind) for one in moments] == [
        ("call", "published"),
        ("call", "delivered"),
        ("call", "acked"),
        ("call", "replied"),
        ("reply", "published"),
        ("reply", "delivered"),
    ]
    envelope = moments[0].envelope
    assert (envelope.topic, envelope.method) == ("topic", "note")
    assert (dict(envelope.args), envelope.request_id) == ({"value": 7}, "req-1")
    assert {one.envelope.id for one in moments} == {envelope.id}


def test_held_messages_are_stepped_through_in_order(bench, recorder, eventually):
    """n delivers the oldest; a cast's sender has long gone on."""
    endpoint = recorder()
    bench.serve(endpoint)
    bench.tap.hold()
    for value in range(4):
        bench.client().cast({}, "note", value=value)
    assert [dict(one.args)["value"] for one in bench.tap.held()] == [0, 1, 2, 3]
    assert endpoint.seen == []
    bench.tap.deliver_next()
    eventually(lambda: endpoint.seen == [0])
    bench.tap.deliver_next(2)
    eventually(lambda: sorted(endpoint.seen) == [0, 1, 2])
    bench.tap.let_go()
    eventually(lambda: len(endpoint.seen) == 4)
    assert not bench.tap.held()


def test_a_held_call_runs_into_its_timeout(bench, recorder):
    """Holding stops no clock: the caller's timeout counts on."""
    bench.serve(recorder())
    bench.tap.hold(_of("call"))
    with pytest.raises(messaging.MessagingTimeout):
        bench.client(timeout=0.2).call({}, "note", value=1)


def test_a_held_reply_can_be_delivered(bench, recorder, eventually):
    """Replies are messages of their own, and can be held too."""
    bench.serve(recorder())
    bench.tap.hold(_of("reply"))
    results = []
    caller = threading.Thread(
        target=lambda: results.append(bench.client().call({}, "note", value=1))
    )
    caller.start()
    (held,) = eventually(bench.tap.held)
    assert dict(held.args) == {"result": 1}
    assert results == []
    bench.tap.deliver(held.id)
    caller.join(30)
    assert results == [1]


def test_a_dropped_message_never_arrives(bench, recorder):
    """A rule that applies once loses one message; the next one passes."""
    endpoint = recorder()
    bench.serve(endpoint)
    bench.tap.add(Rule(Drop(), _of("call"), times=1))
    with pytest.raises(messaging.MessagingTimeout):
        bench.client(timeout=0.2).call({}, "note", value="lost")
    assert bench.client().call({}, "note", value="found") == "found"
    assert endpoint.seen == ["found"]


def test_a_discarded_message_never_arrives(bench, recorder):
    """What is held can be thrown away by its id."""
    endpoint = recorder()
    bench.serve(endpoint)
    rule = bench.tap.hold()
    bench.client().cast({}, "note", value="lost")
    bench.tap.discard(bench.tap.held()[0].id)
    bench.tap.remove(rule)
    bench.client().call({}, "note", value="found")
    assert endpoint.seen == ["found"]


def test_a_duplicated_cast_is_worked_on_twice(bench, recorder, eventually):
    """At most once is the server's promise; the bus may still deliver twice."""
    endpoint = recorder()
    bench.serve(endpoint)
    bench.tap.add(Rule(Duplicate(3), _of("cast")))
    bench.client().cast({}, "note", value=1)
    eventually(lambda: endpoint.seen == [1, 1, 1])


def test_a_delayed_message_arrives_later(bench, recorder):
    """A slow network: the call takes as long as the delay."""
    bench.serve(recorder())
    bench.tap.add(Rule(Delay(0.3), _of("call")))
    start = time.monotonic()
    assert bench.client().call({}, "note", value=1) == 1
    assert time.monotonic() - start >= 0.3


def test_an_edited_message_arrives_changed(bench, recorder):
    """The receiver sees what the editor wrote."""
    bench.serve(recorder())
    change = Edit(lambda envelope: envelope.with_args(value="edited"))
    bench.tap.add(Rule(change, _of("call")))
    assert bench.client().call({}, "note", value="sent") == "edited"


def test_one_copy_of_a_fanout_can_be_lost(bench, recorder, eventually):
    """Each copy names its server, so that one scheduler can miss an update."""
    one, two = recorder(), recorder()
    bench.serve(one, "host1")
    bench.serve(two, "host2")
    bench.tap.add(Rule(Drop(), lambda envelope: envelope.server == "host2"))
    bench.client().prepare(fanout=True).cast({}, "note", value=1)
    eventually(lambda: one.seen == [1])
    assert two.seen == []


def test_a_broken_observer_does_not_stop_the_bus(bench, recorder, caplog):
    """A viewer's failure is a line in the log."""

    def broken(moment):
        raise ValueError("viewer")

    bench.serve(recorder())
    with bench.tap.observing(broken):
        assert bench.client().call({}, "note", value=1) == 1
    assert "Observer" in caplog.text
    assert not bench.tap.active


def test_an_idle_tap_is_not_active(bench):
    """Nobody listens: messages are not even decoded on their way."""
    assert not bench.tap.active
    rule = bench.tap.hold()
    assert bench.tap.active
    bench.tap.remove(rule)
    assert not bench.tap.active
