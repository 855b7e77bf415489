"""``tracenova diff A B``."""

from collections.abc import Iterator

import click

from tracenova.cli import text
from tracenova.cli.render import hops as hop_text
from tracenova.cli.views import opened, write_json, write_lines
from tracenova.trace.difference import HopChange, decision_changes, hop_changes
from tracenova.trace.model import Hop

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


@click.command("diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--json", "as_json", is_flag=True, help="Plain data.")
def command(before: str, after: str, as_json: bool) -> int:
    """Two traces side by side: hops and decisions that differ.

    Ids and times are not compared. Exit code: 0 the same, 1 different.
    """
    # ordinals on both sides: ids are no difference
    old, new = opened(before).stabilised(), opened(after).stabilised()
    hops, decided = hop_changes(old, new), decision_changes(old, new)
    if as_json:
        write_json({"hops": [_data(change) for change in hops], "decisions": decided})
    else:
        write_lines(_lines(hops, decided, text.width()))
    return 1 if hops or decided else 0


def _lines(hops: list[HopChange], decided: list[str], columns: int) -> Iterator[str]:
    if not hops and not decided:
        yield "the same story and the same decisions"
        return
    if hops:
        rows = [_row(change) for change in hops]
        head = ("", "A", "B", "hop", "what differs")
        yield from text.table(head, rows, columns, right=frozenset((1, 2)))
    for sentence in decided:
        yield from text.paragraph(sentence, columns)


def _row(change: HopChange) -> tuple[str, ...]:
    hop = change.after or change.before
    assert hop is not None
    return (
        _SIGNS[change.kind],
        _seq(change.before),
        _seq(change.after),
        f"{hop.from_} {hop_text.mark(hop)} {hop.to}: {hop_text.what(hop)}",
        change.what or change.kind,
    )


def _seq(hop: Hop | None) -> str:
    return "" if hop is None else str(hop.seq)


def _data(change: HopChange) -> dict[str, object]:
    return {
        "kind": change.kind,
        "before": change.before and change.before.to_dict(),
        "after": change.after and change.after.to_dict(),
        "what": change.what,
    }
