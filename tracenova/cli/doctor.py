"""``tracenova doctor``: what is installed and what works here."""

import dataclasses
import json

import click


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def command(as_json: bool) -> int:
    """Say what is installed, what works here, and how to mend the rest.

    Exit code: 0 when a lab can boot here, else 3.
    """
    from tracenova.lab import parts

    findings = parts.examine()
    if as_json:
        click.echo(
            json.dumps([dataclasses.asdict(part) for part in findings], indent=1)
        )
    else:
        width = max(len(part.name) for part in findings)
        for part in findings:
            mark = "✓" if part.works else "✗"
            click.echo(
                f"{mark} {part.name:<{width}}  {part.found}  ({part.needed_for})"
            )
            if part.mend:
                click.echo(f"  {'':<{width}}  mend: {part.mend}")
    return 0 if findings[0].works else 3
