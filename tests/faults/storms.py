"""What a storm needs: a cloud that can be harmed, and the verdict afterwards."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from tests.faults.harm import Parts
from tests.faults.storm import Report, Storm
from tests.functional.cli.database_servers import DatabaseServer, create_database
from tests.functional.messaging.conftest import RedisServer
from tests.functional.served.clients import LAB, start
from tracenova.lab.libvirtd import PrivateLibvirtd

_CONF = """[DEFAULT]
rpc_response_timeout = {timeout}
instance_build_timeout = 60
vif_plugging_timeout = 15
reservation_expire = 30
running_deleted_instance_poll_interval = 20
running_deleted_instance_timeout = 0
"""


@contextlib.contextmanager
def cloud(
    folder: Path,
    conductors: int,
    *,
    database: DatabaseServer | None = None,
    libvirtd: PrivateLibvirtd | None = None,
    lab_text: str = LAB,
    rpc_timeout_s: int = 10,
) -> Iterator[Parts]:
    """Start a cloud of many processes over a Redis that forgets nothing."""
    conf = folder / "nova.conf"
    conf.write_text(_CONF.format(timeout=rpc_timeout_s))
    redis = RedisServer(folder, durable=True)
    try:
        options = ["--transport-url", redis.url, "--conductors", str(conductors)]
        options += ["--config-file", str(conf)]
        if database is not None:
            api = create_database(database.url, "nova_api")
            options += ["--db", database.url, "--api-db", api]
        virt = libvirtd.uri if libvirtd is not None else "fake"
        up = start(folder, *options, lab_text=lab_text, virt=virt)
        try:
            yield Parts(up, redis, database, libvirtd)
        finally:
            if up.process.popen.poll() is None:
                up.close()
    finally:
        redis.kill()


def over(
    parts: Parts,
    seed: int,
    boots: int,
    callers: int,
    faults: int,
    *,
    pause_s: float = 1.5,
    quiet_s: float = 20.0,
) -> Report:
    """Let a storm rage; print its figures; nothing may be lost or left behind."""
    storm = Storm(parts, seed, pause_s=pause_s, quiet_s=quiet_s)
    try:
        storm.rage(boots, callers, faults)
        storm.clear()
        parts.cloud.close()
        storm.read_traces()
    finally:
        print(f"\nseed {seed}: {storm.report}")
    report = storm.report
    assert report.accepted
    assert report.lost == []
    assert report.disagreed == []
    assert report.orphans == []
    assert report.restarted == []
    assert report.unreadable == []
    return report
