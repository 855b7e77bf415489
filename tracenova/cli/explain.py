"""``tracenova explain TRACE [HOST]``."""

import click

from tracenova.cli import text
from tracenova.cli.errors import BadInput
from tracenova.cli.flips import flipped
from tracenova.cli.render import explain as render
from tracenova.cli.views import opened, view_options, write_json, write_lines
from tracenova.trace.story import Decision, decisions, no_decision


@click.command("explain")
@view_options
@click.argument("host", required=False)
def command(
    trace: str, host: str | None, as_json: bool, stable: bool, instance: str | None
) -> int:
    """Why HOST was chosen, or why it was not; without HOST, all hosts.

    Every filter's verdict with its numbers, also of the filters that were not asked any
    more; each sum with its numbers; the smallest change of a multiplier, of the flavor
    or of the host that would turn the decision for HOST (or for the runner-up), each
    checked by asking the scheduler again.

    Exit code: 1 when the host (or, without HOST, every host) was refused.
    """
    told = opened(trace, stable=stable, instance=instance)
    found = decisions(told)
    if not found:
        raise BadInput(text.escaped(f"{trace}: {no_decision(told)}"))
    named = _about(found, host)
    if as_json:
        write_json(
            [
                {**render.data(decision), "flips": flipped(decision, known).data()}
                for decision, known in named
            ]
        )
    else:
        for at, (decision, known) in enumerate(named):
            if at:
                click.echo()
            write_lines(render.lines(decision, known, text.width()))
            write_lines(flipped(decision, known).lines(text.width()))
    return 0 if any(_is_yes(decision, known) for decision, known in named) else 1


def _about(
    found: list[Decision], host: str | None
) -> list[tuple[Decision, str | None]]:
    if host is None:
        return [(decision, None) for decision in found]
    named = [(decision, decision.named(host)) for decision in found]
    known = [(decision, name) for decision, name in named if name is not None]
    if not known:
        hosts = sorted({name for decision in found for name in decision.hosts})
        raise BadInput(
            text.escaped(f"no host {host} in the trace (hosts: {', '.join(hosts)})")
        )
    return [*known]


def _is_yes(decision: Decision, host: str | None) -> bool:
    if host is None:
        return decision.choice.selected is not None
    return decision.refusal(host) is None
