"""Messages to the services: refused or worked on, and the service works on."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import oslo_messaging as messaging
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.functional.messaging.conftest import eventually
from tests.functional.served.clients import LAB
from tests.fuzz.changing import TIMEOUT_S, changed, many, nasty
from tracenova import identity, rpc
from tracenova.lab import files
from tracenova.lab.cloud import Cloud
from tracenova.lab.order import Order
from tracenova.lab.settings import Settings
from tracenova.messaging import envelope

pytestmark = [
    pytest.mark.timeout(TIMEOUT_S),
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


# By name, so that the same is drawn in every run: the clock sends messages, too.
OF_A_BOOT = [
    *(("build_instances", ""), ("select_destinations", "")),
    *(("build_and_run_instance", ""), ("external_instance_event", "")),
    *(("update_instance_info", ""), ("object_action", "create")),
    *(("object_action", "save"), ("object_action", "refresh")),
    ("object_class_action_versions", "event_start"),
    ("object_class_action_versions", "event_finish_with_failure"),
    ("object_class_action_versions", "get_by_instance_uuid"),
]


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
            eventually(lambda: set(OF_A_BOOT) <= set(seen), _PATIENCE_S)
        found = [seen[each] for each in OF_A_BOOT]
        running.examples = [envelope.decode(each.encode()) for each in found]
        yield running
        running.boot()


VERSIONS = ["1.0", "3.0", "4.0", "4.13", "99.99", "x", "", None, "1", "1.2.3"]


@dataclass(frozen=True)
class Sent:
    """What is sent instead of an example."""

    arguments: dict[str, Any]
    context: dict[str, Any]
    version: str | None
    namespace: str | None
    method: str


@st.composite
def messages(draw: st.DrawFn, example: envelope.Envelope) -> Sent:
    """Draw the example with something changed."""
    # What is no object at all never reaches a service: the bus drops it.
    arguments = draw(changed(dict(example.args)).filter(_is_object))
    context = draw(changed(dict(example.context), most=1).filter(_is_object))
    version, namespace, method = example.version, example.namespace, example.method
    if draw(st.integers(0, 9)) == 0:
        version = draw(st.sampled_from(VERSIONS))
    if draw(st.integers(0, 9)) == 0:
        namespace = draw(st.sampled_from(["baseapi", "", "compute_task", None]))
    if draw(st.integers(0, 9)) == 0:
        method = str(draw(nasty())) + "__init__"
    return Sent(arguments, context, version, namespace, method)


@given(data=st.data())
@many(60)
def test_no_message_stops_a_service(world: World, data: st.DataObject) -> None:
    """A reply comes: what was asked for, or an error; then the service answers a ping."""
    example = data.draw(st.sampled_from(world.examples))
    sent = data.draw(messages(example))
    target = messaging.Target(topic=example.topic, server=example.server)
    with identity.acting_as(world.cloud.service_identity("nova-conductor")):
        client = messaging.get_rpc_client(
            rpc.get_client(target).transport, target, timeout=_PATIENCE_S
        )
        problem = _answer(client, sent)
        assert not isinstance(problem, messaging.MessagingTimeout), sent
        client.prepare(namespace="baseapi", version="1.0").call({}, "ping", arg="x")


def _is_object(document: Any) -> bool:
    return isinstance(document, dict)


def _answer(client: Any, sent: Sent) -> Exception | None:
    """Send it; return what comes back instead of a result: the client may refuse, too."""
    arguments = {str(key): value for key, value in sent.arguments.items()}
    try:
        asked = client.prepare(version=sent.version, namespace=sent.namespace)
        asked.call(sent.context, sent.method, **arguments)
    except Exception as error:
        return error
    return None
