"""Transport URLs, shown and read."""

import pytest
from oslo_config import cfg
from oslo_messaging import TransportURL

from tracenova.messaging.options import shown, url_setting
from tracenova.messaging.tap import forget, tap_of


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("redis://user:hush@host:6379/2?dead_after=3", "redis://host:6379/2"),
        ("fakeredis://lab/", "fakeredis://lab/"),
        ("fakeredis://", "fakeredis:///"),
    ],
)
def test_a_shown_url_has_no_secrets(url, text):
    """Errors and taps name the bus without user, password and settings."""
    assert shown(TransportURL.parse(cfg.ConfigOpts(), url)) == text


def test_a_setting_comes_from_the_query():
    """``?dead_after=3``, or the default."""
    url = TransportURL.parse(cfg.ConfigOpts(), "redis://host/0?dead_after=3")
    assert url_setting(url, "dead_after", "5") == "3"
    assert url_setting(url, "other", "5") == "5"


@pytest.mark.parametrize(
    "url", ["redis://user:hush@host:6379/2?dead_after=3", "redis://host:6379/2/"]
)
def test_a_tap_is_found_by_any_spelling_of_its_url(url):
    """Credentials, settings and a slash at the end make no other bus."""
    assert tap_of(url) is tap_of("redis://host:6379/2")
    forget(url)
