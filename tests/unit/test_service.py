"""A service from start to stop."""

import threading
import time

import oslo_messaging as messaging
import pytest

from tracenova import baserpc, context, exception, identity, manager, objects, rpc
from tracenova import conf as nova_conf
from tracenova import service as nova_service
from tracenova.conf import CONF
from tracenova.objects import service as service_obj

CLOUD = "service-test"
CONDUCTOR = identity.ServiceIdentity("nova-conductor", "controller", CLOUD)
COMPUTE = identity.ServiceIdentity("nova-compute", "compute1", CLOUD)


class Row:
    """A row of the services table."""

    host: str
    binary: str
    topic: str
    report_count: int
    rows: dict[tuple[str, str], "Row"] = {}

    def __init__(self, ctxt):
        self.version = service_obj.SERVICE_VERSION

    @classmethod
    def get_by_host_and_binary(cls, ctxt, host, binary):
        """Find a row."""
        Steps.taken.append("services row")
        return cls.rows.get((host, binary))

    def create(self):
        """Add the row."""
        self.rows[(self.host, self.binary)] = self

    def save(self):
        """Change the row."""
        Steps.taken.append(f"save version {self.version}")

    def destroy(self):
        """Remove the row."""
        if self.rows.pop((self.host, self.binary), None) is None:
            raise exception.ServiceNotFound(service_id=1)


class Steps(manager.Manager):
    """A manager that notes what is asked of it."""

    taken: list[str] = []

    def __init__(self, host=None):
        super().__init__(host=host, service_name="conductor")

    def init_host(self):
        """First step."""
        self.taken.append("init_host")

    def pre_start_hook(self):
        """Before messages."""
        self.taken.append("pre_start_hook")

    def post_start_hook(self):
        """Once messages come."""
        target = messaging.Target(topic="conductor", server=self.host)
        answer = rpc.get_client(target).call(context.get_admin_context(), "who")
        self.taken.append(f"post_start_hook, reached as {answer}")

    def cleanup_host(self):
        """Last step."""
        self.taken.append("cleanup_host")

    def who(self, ctxt):
        """Say who works."""
        acting = identity.current()
        assert acting is not None
        return acting.name


class Task:
    """A second endpoint."""

    target = messaging.Target(namespace="compute_task", version="1.15")


@pytest.fixture(autouse=True)
def cloud(monkeypatch):
    """A cloud with a bus, configurations, and a services table."""
    monkeypatch.setattr(objects, "Service", Row, raising=False)
    monkeypatch.setattr(Row, "rows", {})
    monkeypatch.setattr(Steps, "taken", [])
    for who in (CONDUCTOR, COMPUTE):
        conf = nova_conf.new_config()
        conf.set_override("host", who.host)
        nova_conf.assign(who, conf)
    rpc.init(CONF, "fakeredis://service-test/", cloud=CLOUD)
    yield
    rpc.cleanup(CLOUD)
    for who in (CONDUCTOR, COMPUTE):
        nova_conf.release(who)


@pytest.fixture
def conductor():
    """A started conductor."""
    made = nova_service.Service.create(CONDUCTOR, manager=f"{__name__}.Steps")
    made.start()
    yield made
    made.stop()


def test_a_service_starts_in_novas_order(conductor):
    """init_host, services row, pre_start_hook, RPC server, post_start_hook."""
    assert Steps.taken == [
        "init_host",
        "services row",
        "pre_start_hook",
        "post_start_hook, reached as nova-conductor",
    ]
    row = Row.rows[("controller", "nova-conductor")]
    assert (row.topic, row.report_count) == ("conductor", 0)


def test_every_service_answers_a_ping(conductor):
    """The base interface: namespace baseapi."""
    with identity.acting_as(COMPUTE):
        answer = baserpc.BaseAPI("conductor").ping(context.get_admin_context(), "hi")
    assert answer == {"service": "conductor", "arg": "hi"}


def test_an_older_row_gets_the_present_version(conductor):
    """A restarted service says what it can do now."""
    row = Row.rows[("controller", "nova-conductor")]
    row.version = 3
    nova_service.sign_in(
        context.get_admin_context(), conductor.host, conductor.binary, conductor.topic
    )
    assert Steps.taken[-1] == f"save version {service_obj.SERVICE_VERSION}"


def test_a_compute_waits_until_a_conductor_answers(conductor):
    """nova-compute has no database: without a conductor it cannot start."""
    made = nova_service.Service.create(
        COMPUTE, topic="conductor", manager=f"{__name__}.Steps"
    )
    assert made.host == "compute1"
    assert made.identity == COMPUTE


def test_a_service_that_stops_leaves_no_thread():
    """Readers, workers and timers end, and none of them sleeps on for its minute."""
    before = set(threading.enumerate())
    made = nova_service.Service.create(CONDUCTOR, manager=f"{__name__}.Steps")
    made.start()
    made.stop()
    assert Steps.taken[-1] == "cleanup_host"
    deadline = time.monotonic() + 30
    while not set(threading.enumerate()) <= before:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_killed_service_takes_its_row_along():
    """Nova's tests use it to tidy up."""
    made = nova_service.Service.create(CONDUCTOR, manager=f"{__name__}.Steps")
    made.start()
    made.kill()
    assert Row.rows == {}


def test_novas_class_paths_mean_their_twins():
    """A real nova.conf names nova.compute.manager.ComputeManager."""
    assert nova_service._twin("nova.a.B") == "tracenova.a.B"
    assert nova_service._twin("my.own.Manager") == "my.own.Manager"
