"""``tracenova check TRACE EXPECT``."""

import click

from tracenova.cli import text
from tracenova.cli.errors import BadInput
from tracenova.cli.views import opened, write_json, write_lines
from tracenova.trace import expectations


@click.command("check")
@click.argument("trace", metavar="TRACE")
@click.argument("expect", metavar="EXPECT")
@click.option("--json", "as_json", is_flag=True, help="Plain data.")
def command(trace: str, expect: str, as_json: bool) -> int:
    """Does the trace meet what the file EXPECT says?

    EXPECT is TOML: [[hop]], [chosen], [[verdict]], [[state]], [notifications],
    [errors]. Exit code: 0 when everything holds, 1 when something does not.
    """
    try:
        expected = expectations.load(expect)
    except expectations.ExpectationError as error:
        raise BadInput(text.escaped(str(error))) from error
    findings = expectations.check(opened(trace), expected)
    holds = all(finding.holds for finding in findings)
    if as_json:
        write_json({"holds": holds, "findings": findings})
        return 0 if holds else 1
    for finding in findings:
        mark = "✓" if finding.holds else "✗"
        found = f"  (found: {finding.found})" if finding.found else ""
        write_lines(text.paragraph(f"{mark} {finding.expected}{found}", text.width()))
    met = sum(finding.holds for finding in findings)
    click.echo(f"{met} of {len(findings)} expectations hold")
    return 0 if holds else 1
