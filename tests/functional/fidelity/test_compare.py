"""The reference lists and the vocabulary agree; the comparison sees what it must."""

import pytest

from tests.functional.fidelity.compare import (
    compare,
    known_differences,
    normal,
    reference,
)
from tests.functional.fidelity.reference_boot import successful_boot
from tracenova.trace import vocabulary
from tracenova.trace.trace import Trace


def test_a_boot_that_takes_every_step_tells_the_reference_list() -> None:
    """Order, parties, versions and Nova's lines of the whole success list hold."""
    hops = Trace(successful_boot()).hops()
    assert compare(hops, reference("success"), known_differences("success")) == []
    assert len(hops) == 85


def test_every_known_difference_gives_a_reason() -> None:
    """A difference without a reason is a mistake."""
    for name in ("success", "reschedule_first_host_claim_fails", "no_valid_host"):
        for entry in known_differences(name):
            assert entry["reason"].strip()
            assert entry["kind"] in ("missing", "extra", "changed")


def test_a_missing_hop_is_found_where_the_reference_has_it() -> None:
    """The row number is the reference's."""
    hops = Trace(successful_boot()).hops()
    found = compare(hops[:40] + hops[41:], reference("success"))
    assert [(one.kind, one.row) for one in found] == [("missing", 16), ("missing", 42)]


def test_an_extra_hop_is_found_after_its_neighbour() -> None:
    """Whatever the reference does not have is a difference too."""
    hops = Trace(successful_boot()).hops()
    hops.insert(3, hops[3]._replace(method="Flavor.destroy"))
    (found,) = compare(hops, reference("success"), known_differences("success"))
    assert (found.kind, found.row) == ("extra", 3)


def test_another_line_of_nova_is_a_change() -> None:
    """The same hop at another place is not the same."""
    hops = Trace(successful_boot()).hops()
    hops[0] = hops[0]._replace(source="nova/elsewhere.py:1")
    (found,) = compare(hops, reference("success"), known_differences("success"))
    assert found.kind == "changed"
    assert "nova/elsewhere.py:1" in found.what


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("http", "GET /v2.0/networks?id={net_id}", "GET /v2.0/networks?id={id}"),
        ("http", "GET /v2.0/ports?a={x}&b=", "GET /v2.0/ports?b=1&a=2"),
        ("http", "GET /v3/auth/tokens (validate X-Auth-Token)", "GET /v3/auth/tokens"),
        ("db", "Instance.create (vm_state building)", "Instance.create"),
    ],
)
def test_wording_does_not_count(kind: str, one: str, other: str) -> None:
    """Placeholders' names, the order of query keys and remarks may differ."""
    rows = [{"kind": kind, "method": m, "note": ""} for m in (one, other)]
    assert normal(rows[0]) == normal(rows[1])


@pytest.mark.parametrize(
    "name", ["success", "reschedule_first_host_claim_fails", "no_valid_host"]
)
def test_the_vocabulary_knows_every_line_of_the_reference(name: str) -> None:
    """Each row's line of Nova is in the table, but for the end of the reschedule."""
    entries = [entry for group in vocabulary._table().values() for entry in group]
    known = {entry.source for entry in entries} | {e.failed_source for e in entries}
    elsewhere = {
        "nova/compute/resource_tracker.py:146",  # stands for the rest of a list
        "nova/api/openstack/compute/views/servers.py:263",  # inside the same request
    }
    assert {row["source"] for row in reference(name)} - known <= elsewhere
