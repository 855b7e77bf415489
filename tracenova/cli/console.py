"""``tracenova console``: what a server says on its serial console."""

import click

from tracenova.cli import streams
from tracenova.cli.errors import BadInput, MissingPart


@click.command("console")
@click.argument("server")
@click.option("--length", type=click.IntRange(1), help="Only that many lines.")
def command(server: str, length: int | None) -> None:
    """Show the console log of a SERVER (name or id) of a lab that is kept running.

    Start one in another terminal: tracenova boot --virt qemu --keep
    """
    from tracenova.lab import errors, kept
    from tracenova.lab.client import Refused

    try:
        client = kept.client()
        asked = {"length": length} if length else {}
        answer = client.call(
            "POST",
            "/servers/{id}/action",
            path={"id": _id_of(client.call("GET", "/servers")["servers"], server)},
            json={"os-getConsoleOutput": asked},
        )
    except errors.PartMissing as error:
        raise MissingPart(str(error)) from None
    except Refused as error:
        raise BadInput(f"{server}: {error.message}") from None
    output = str(answer["output"])
    if not output.strip():
        streams.say(f"{server} has said nothing; a guest of a test host never does")
    else:
        click.echo(output, nl=not output.endswith("\n"))


def _id_of(servers: list[dict[str, str]], wanted: str) -> str:
    for server in servers:
        if wanted in (server["id"], server["name"]):
            return server["id"]
    known = ", ".join(server["name"] for server in servers) or "none"
    raise BadInput(f"no server {wanted!r}; there are: {known}")
