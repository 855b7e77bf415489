"""Messages to the services: refused or worked on, and the service works on."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import oslo_messaging as messaging
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.functional.served.clients import LAB
from tests.fuzz.changing import changed, many, nasty
from tracenova import identity, rpc
from tracenova.lab import files
from tracenova.lab.cloud import Cloud
from tracenova.lab.order import Order
from tracenova.lab.settings import Settings
from tracenova.messaging import envelope

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.faults,  # Hypothesis sometimes finds that its draws are not repeated
    # The cloud's threads use random while an example is drawn.
    pytest.mark.filterwarnings("ignore:Do not use the `random` module"),
]
_PATIENCE_S = 50


@dataclass
class World:
    """A cloud, and one message of each method that a boot has sent."""

    cloud: Cloud
    examples: list[envelope.Envelope]

    def boot(self) -> None:
        """Build a server, whatever has been sent before."""
        client = self.cloud.client(admin=True)
        order = Order.of(self.cloud.lab, flavor="m1.tiny")
        (server,) = client.create_servers(order.body(self.cloud.lab))
        deadline = time.monotonic() + _PATIENCE_S
        while client.show_server(server)["status"] == "BUILD":
            assert time.monotonic() < deadline, "a boot after the messages hangs"
            time.sleep(0.01)
        assert client.show_server(server)["status"] == "ACTIVE"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A cloud on fake hosts; what its services said to one another in one boot."""
    lab = files.parse(LAB, "fuzz.toml")
    settings = Settings(tmp_path_factory.mktemp("fuzz"), "fakeredis://fuzz-rpc/")
    with Cloud(lab, settings, virt="fake") as cloud:
        seen: dict[tuple[str, str], envelope.Envelope] = {}

        def note(moment: Any) -> None:
            message = moment.envelope
            if message.kind in ("call", "cast", "fanout"):
                what = str(message.args.get("objmethod", ""))
                seen.setdefault((message.method, what), message)

        with cloud.tap.observing(note):
            running = World(cloud, [])
            running.boot()
        running.examples = [envelope.decode(each.encode()) for each in seen.values()]
        yield running
        running.boot()


VERSIONS = ["1.0", "3.0", "4.0", "4.13", "99.99", "x", "", None, "1", "1.2.3"]


@given(data=st.data())
@many(120)
def test_no_message_stops_a_service(world: World, data: st.DataObject) -> None:
    """A reply comes: what was asked for, or an error; then the service answers a ping."""
    message = data.draw(st.sampled_from(world.examples))
    # What is no object at all never reaches a service: the bus drops it.
    arguments = data.draw(changed(dict(message.args)).filter(_is_object))
    context = data.draw(changed(dict(message.context), most=1).filter(_is_object))
    target = messaging.Target(topic=message.topic, server=message.server)
    version, namespace = message.version, message.namespace
    if data.draw(st.integers(0, 9)) == 0:
        version = data.draw(st.sampled_from(VERSIONS))
    if data.draw(st.integers(0, 9)) == 0:
        namespace = data.draw(st.sampled_from(["baseapi", "", "compute_task", None]))
    method = message.method
    if data.draw(st.integers(0, 9)) == 0:
        method = str(data.draw(nasty())) + "__init__"
    with identity.acting_as(world.cloud.service_identity("nova-conductor")):
        client = messaging.get_rpc_client(
            rpc.get_client(target).transport, target, timeout=_PATIENCE_S
        )
        asked = client.prepare(version=version, namespace=namespace)
        problem = _answer(asked, context, method, arguments)
        assert not isinstance(problem, messaging.MessagingTimeout), (method, arguments)
        client.prepare(namespace="baseapi", version="1.0").call({}, "ping", arg="x")


def _is_object(document: Any) -> bool:
    return isinstance(document, dict)


def _answer(asked: Any, context: Any, method: str, arguments: Any) -> Exception | None:
    try:
        asked.call(context, method, **{str(k): v for k, v in arguments.items()})
    except Exception as error:
        return error
    return None
