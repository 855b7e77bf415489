"""Who is up."""

import datetime
import types

import oslo_messaging as messaging
import pytest
from oslo_utils import timeutils

from tracenova import conf as nova_conf
from tracenova import identity, servicegroup
from tracenova.conf import CONF

WHO = identity.ServiceIdentity("nova-scheduler", "controller", "servicegroup-test")


@pytest.fixture
def api():
    """The API as a scheduler with a configuration of its own sees it."""
    nova_conf.assign(WHO, nova_conf.new_config())
    with identity.acting_as(WHO):
        yield servicegroup.API()
    nova_conf.release(WHO)


def _service(age_s, **changes):
    seen = timeutils.utcnow() - datetime.timedelta(seconds=age_s)
    row = {
        "binary": "nova-compute",
        "host": "compute1",
        "forced_down": False,
        "last_seen_up": seen,
        "updated_at": None,
        "created_at": seen,
    }
    return row | changes


@pytest.mark.parametrize(("age_s", "up"), [(0, True), (59, True), (61, False)])
def test_a_service_is_up_for_a_minute_after_its_last_report(api, age_s, up):
    """service_down_time 60."""
    assert api.service_is_up(_service(age_s)) is up


def test_a_clock_ahead_counts_as_much_as_one_behind(api):
    """Nova compares the absolute difference."""
    assert not api.service_is_up(_service(-61))


def test_a_service_that_was_forced_down_is_down(api):
    """Evacuation tools know better than the heartbeat."""
    assert not api.service_is_up(_service(0, forced_down=True))


def test_a_service_that_never_reported_counts_from_its_creation(api):
    """last_seen_up, else updated_at, else created_at."""
    assert api.service_is_up(_service(5, last_seen_up=None))
    assert not api.service_is_up(_service(500, last_seen_up=None))


def test_a_time_that_came_over_rpc_is_text(api):
    """A row as a dict from a message holds ISO text."""
    now = timeutils.utcnow().isoformat()
    assert api.service_is_up(_service(0, last_seen_up=now))


def test_a_down_time_shorter_than_the_interval_is_corrected(api, caplog):
    """Otherwise every service would be down between two reports."""
    CONF.set_override("service_down_time", 10)
    servicegroup.API()
    assert CONF.service_down_time == 25
    assert "Report interval must be less" in caplog.text


class Row:
    """A services row whose saving can fail."""

    def __init__(self):
        self.report_count = 0
        self.error = None

    def save(self):
        """Fail as told."""
        if self.error:
            raise self.error


def test_a_report_counts_and_survives_failures(api, caplog):
    """A lost conductor is one warning, its return one line; the series goes on."""
    timers = []
    service = types.SimpleNamespace(
        report_interval=10,
        service_ref=Row(),
        model_disconnected=False,
        timers=types.SimpleNamespace(
            add_timer=lambda interval, callback, delay: timers.append(
                (interval, callback, delay)
            )
        ),
    )
    api.join("compute1", "compute", service)
    ((interval, report, delay),) = timers
    assert (interval, delay) == (10, 5)
    caplog.set_level("INFO")
    service.service_ref.error = messaging.MessagingTimeout()
    report()
    report()
    assert caplog.text.count("Lost connection to nova-conductor") == 1
    service.service_ref.error = ValueError("database")
    report()
    assert "Unexpected error" in caplog.text
    service.service_ref.error = None
    report()
    assert "Recovered from being unable" in caplog.text
    assert service.service_ref.report_count == 4


def test_only_a_service_can_join(api):
    """The database driver needs the service's timer."""
    with pytest.raises(RuntimeError, match="mandatory"):
        api.join("compute1", "compute")
