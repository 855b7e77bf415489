"""What really happens in a lab, against what happens in Nova 14.1.0, hop by hop."""

import pytest

from tests.functional.boots import booted, run_boot
from tests.functional.cli.runner import here
from tests.functional.fidelity.compare import compare, known_differences, reference

VIEWS = ("hops", "messages", "filters", "weights", "states", "timeline")
HOSTS = {"host1": "compute2", "host2": "compute1"}
LISTS = {
    "default": "success",
    "reschedule": "reschedule_first_host_claim_fails",
    "no-valid-host": "no_valid_host",
}

pytestmark = pytest.mark.libvirt


def whole(name: str):
    """Return a list from the client's POST to its last look.

    The lists of failures begin "as in the success list up to here" with the message
    to the conductor, and the reschedule ends with "rest as the success list".
    """
    success = reference("success")
    if name == "success":
        return success
    own = reference(name)
    rows = [*success[:18], own[0], success[19], *own[1:]]
    if name == "no_valid_host":
        return _numbered(rows)
    claim = next(
        i for i, row in enumerate(success) if row["method"].startswith("Claim.")
    )
    rest = [_at(row, "host2") for row in success[claim:]]
    return _numbered([*rows[:-1], *rest])


def _at(row, host: str):
    where = {key: row[key] for key in ("from", "to")}
    named = {k: f"{v}@{host}" if v == "nova-compute" else v for k, v in where.items()}
    return {**row, **named}


def _numbered(rows):
    return [{**row, "seq": seq} for seq, row in enumerate(rows, 1)]


def story_of(lab: str):
    """Return the hops of a boot of the lab."""
    pytest.importorskip(
        "libvirt", reason="the reference hops are those of libvirt hosts"
    )
    return booted(lab).trace.hops()


@pytest.mark.parametrize("lab", LISTS)
def test_a_lab_takes_novas_hops_in_novas_order(lab):
    """Same hops, same order; a difference stands, with its reason, in a committed list."""
    name = LISTS[lab]
    found = compare(story_of(lab), whole(name), known_differences(name), HOSTS)
    assert [f"{one.kind} {one.row}: {one.what}" for one in found] == []


@pytest.mark.parametrize("lab", LISTS)
def test_every_committed_difference_is_real(lab):
    """A row that no boot shows any more has to go."""
    name = LISTS[lab]
    real = {
        (one.row, one.kind) for one in compare(story_of(lab), whole(name), (), HOSTS)
    }
    stale = [
        row for row in known_differences(name) if (row["row"], row["kind"]) not in real
    ]
    assert stale == []


@pytest.mark.parametrize("lab", LISTS)
def test_no_rpc_and_no_http_hop_is_missing(lab):
    """Messages and requests allow no difference but those that the list's notes tell of."""
    kinds = {row["seq"]: row for row in whole(LISTS[lab])}
    for row in known_differences(LISTS[lab]):
        if row["kind"] == "missing":
            hop = kinds[row["row"]]
            is_notification = hop["to"] == "notification bus"
            assert is_notification or hop["kind"] in ("db", "driver"), hop["method"]


@pytest.mark.timeout(240)
@pytest.mark.parametrize("lab", LISTS)
def test_two_boots_look_the_same_in_every_stable_view(lab):
    """Ordinals for ids and times: the same boot gives the same bytes every time."""
    story_of(lab)
    saved = [str(outcome.save) for outcome in (booted(lab), run_boot(lab))]
    for view in VIEWS:
        for options in (("--stable",), ("--stable", "--json")):
            one, other = (here(view, trace, *options).out for trace in saved)
            assert one
            assert one == other, f"{view} {options}"


@pytest.mark.timeout(240)
def test_two_boots_are_explained_in_the_same_words():
    """What would turn a decision is asked of the scheduler anew, and answered alike."""
    story_of("no-valid-host")
    one, other = (
        here("explain", str(outcome.save), "--stable").out
        for outcome in (booted("no-valid-host"), run_boot("no-valid-host"))
    )
    assert one
    assert one == other
