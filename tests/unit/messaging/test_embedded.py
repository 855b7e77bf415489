"""The embedded bus: who gets which message."""

import threading
import time

from tracenova.messaging.bus import Delivery
from tracenova.messaging.embedded import EmbeddedBus, shared_server


def test_the_longest_waiting_reader_gets_the_message():
    """Readers are served in the order in which they began to wait, every time."""
    bus = EmbeddedBus("fakeredis://order/")
    served = []

    def read(number):
        consumer = bus.consume(["queue"], f"inbox{number}", None)
        consumer.take(30)
        served.append(number)

    threads = []
    for number in range(4):
        threads.append(threading.Thread(target=read, args=(number,)))
        threads[-1].start()
        _wait_for_readers(bus, number + 1)
    for number in range(4):
        bus.publish("queue", f"{number}")
        threads[number].join(30)
    assert served == [0, 1, 2, 3]


def _wait_for_readers(bus, count):
    while len(bus._server._readers.get("queue", ())) < count:
        time.sleep(0.001)


def test_buses_of_one_name_share_a_server():
    """The URL's name selects the embedded Redis; another name is another Redis."""
    one, two = EmbeddedBus("a"), EmbeddedBus("a")
    one.publish("queue", "hello")
    delivery = two.consume(["queue"], "inbox", None).take(0)
    assert delivery == Delivery("queue", "hello")
    assert shared_server("b") is not shared_server("a")


def test_a_queue_that_nobody_reads_keeps_the_newest():
    """Notifications without a listener do not fill the memory."""
    bus = EmbeddedBus("keep")
    for number in range(20):
        bus.publish("queue", str(number), keep=5)
    consumer = bus.consume(["queue"], "inbox", None)
    kept = [consumer.take(0) for _ in range(5)]
    assert kept == [Delivery("queue", str(number)) for number in range(15, 20)]
    assert consumer.take(0) is None


def test_replies_that_nobody_waits_for_are_forgotten():
    """Of the replies to callers who have timed out only the newest hundred stay."""
    bus = EmbeddedBus("late")
    for number in range(150):
        bus.send_reply(f"reply{number}", "{}")
    assert len(bus._server.redis.keys("reply*")) == 100
    assert bus.await_reply("reply0", 0) is None
    assert bus.await_reply("reply149", 0) == "{}"
