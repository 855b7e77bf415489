"""What is secret never leaves: not by the trace, a log, or what a command says."""

import base64
import dataclasses
import logging
import re

import pytest

from tests.functional.cli.runner import here
from tracenova import telemetry
from tracenova.lab import boot, cloud, neighbourhood, settings
from tracenova.lab.order import Order
from tracenova.lab.watch import BootWatch

ADMIN_PASS = "marked-admin-pass"
FILE = "marked file contents"
USER_DATA = "#!/bin/sh\necho marked user data"
SERVICE_PASSWORD = "marked-service-password"
DEMO_PASSWORD = "marked-demo-password"


def encoded(text):
    """Return the text as the API wants files and user data."""
    return base64.b64encode(text.encode()).decode()


@pytest.fixture
def everything_logged(tmp_path):
    """A file with all that anybody logs, from DEBUG."""
    path = tmp_path / "debug.log"
    handler = logging.FileHandler(path, encoding="utf-8")
    root, ours = logging.getLogger(), logging.getLogger("tracenova")
    levels = root.level, ours.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    ours.setLevel(logging.DEBUG)
    yield path
    root.removeHandler(handler)
    handler.close()
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


@pytest.fixture
def marked_passwords(monkeypatch):
    """Keystone's passwords, recognisable wherever they show up."""
    monkeypatch.setattr(settings, "new_password", lambda: SERVICE_PASSWORD)
    monkeypatch.setattr(cloud, "DEMO_PASSWORD", DEMO_PASSWORD)
    marked = (DEMO_PASSWORD, "alt", "admin")
    users = [
        dataclasses.replace(user, password=password)
        for user, password in zip(neighbourhood.PEOPLE, marked, strict=True)
    ]
    monkeypatch.setattr(neighbourhood, "PEOPLE", users)


def test_a_boot_with_secrets_leaves_none_in_trace_or_logs(
    tmp_path, everything_logged, marked_passwords
):
    """Admin password, files, user data, tokens, passwords: masked, and marked so."""
    lab = boot.load_lab("default", None)
    trace = tmp_path / "secret.otlp.jsonl"
    parts = settings.Settings(tmp_path / "state", "fakeredis://secrets/")
    with telemetry.recording(save=trace) as session, cloud.Cloud(lab, parts) as running:
        client = running.client()
        key = client.call("POST", "/os-keypairs", json={"keypair": {"name": "mine"}})
        body = Order.of(lab).body(lab)
        body["server"].update(
            adminPass=ADMIN_PASS,
            user_data=encoded(USER_DATA),
            key_name="mine",
            personality=[{"path": "/etc/motd", "contents": encoded(FILE)}],
        )
        watch = BootWatch()
        stop = session.feed.subscribe(watch)
        with client.story("boot"):
            answer = client.call("POST", "/servers", json=body)["server"]
            assert watch.wait([answer["id"]], 30)
        stop()
        assert client.show_server(answer["id"])["status"] == "ACTIVE"
    assert answer["adminPass"] == ADMIN_PASS  # its owner, and nobody else, is told
    private_key = key["keypair"]["private_key"].splitlines()[2]
    secrets = [
        ADMIN_PASS,
        FILE,
        encoded(FILE),
        USER_DATA.splitlines()[1],
        encoded(USER_DATA),
        SERVICE_PASSWORD,
        DEMO_PASSWORD,
        client._token,
        private_key,
    ]
    told = trace.read_text(encoding="utf-8")
    logged = everything_logged.read_text(encoding="utf-8")
    assert told
    assert "Attempting claim" in logged
    for secret in secrets:
        assert secret not in told
        assert secret not in logged
    for named in ("admin_password", "injected_files"):
        masked = re.search(rf'{named}\\*": *\\*"([^"\\]*)', told)
        assert masked is not None, named
        assert masked.group(1).startswith("***")


@pytest.mark.parametrize(
    "option",
    [
        ("--db", "postgresql://nova:marked-secret@127.0.0.1:1/nova"),
        ("--db", "mysql+pymysql://nova:marked-secret@127.0.0.1:1/nova"),
        ("--db", "marked-secret"),
        ("--transport-url", "redis://:marked-secret@127.0.0.1:1/0"),
        ("--transport-url", "redis://:marked-secret@127.0.0.1:port/0"),
        ("--transport-url", "bogus://nova:marked-secret@host/"),
    ],
)
def test_an_error_about_a_url_keeps_its_password(option, tmp_path):
    """The line says which database or bus, never how to get in."""
    result = here("boot", *option, "--save", str(tmp_path / "x.otlp.jsonl"))
    assert result.code in (2, 3)
    assert "marked-secret" not in result.error_line + result.out


def test_a_bad_line_of_nova_conf_is_not_repeated(tmp_path):
    """It may be a password whose = was forgotten."""
    conf = tmp_path / "nova.conf"
    conf.write_text("[keystone_authtoken]\npassword marked-secret\n", encoding="utf-8")
    result = here("boot", "--config-file", str(conf))
    assert result.code == 2
    assert f"{conf}:2" in result.error_line
    assert "marked-secret" not in result.error_line
