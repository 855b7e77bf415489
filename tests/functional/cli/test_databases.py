"""``tracenova boot --db``: the cell database on the servers that OpenStack runs on."""

import pytest

from tests.functional.cli import database_servers
from tests.functional.cli.runner import here
from tracenova.trace.trace import Trace

SERVERS = {
    "postgresql": database_servers.postgresql,
    "mysql": database_servers.mariadb,
}


@pytest.fixture(params=SERVERS)
def url(request):
    """The URL of an empty database on a server of the test's own."""
    with SERVERS[request.param]() as server:
        yield server.url


@pytest.mark.timeout(240)
def test_a_server_boots_on_a_real_database_server(url, tmp_path):
    """The cell is there, hosts and server; the trace names the kind of database."""
    save = tmp_path / "db.otlp.jsonl"
    options = ("--virt", "fake", "--save", str(save), "--db", url)
    result = here("boot", *options)
    assert result.code == 0, result.err
    assert "demo is ACTIVE on compute2" in result.out
    with database_servers.connected(url) as connection:
        query = "SELECT host, running_vms FROM compute_nodes ORDER BY host"
        rows = connection.exec_driver_sql(query).all()
    assert rows == [("compute1", 0), ("compute2", 1), ("compute3", 0)]
    kinds = {span.attributes.get("db.system.name") for span in Trace.load(save).spans}
    assert url.partition(":")[0] in kinds
