"""The command line's ways to end badly, each with its documented exit code."""

import click


class BadInput(click.ClickException):
    """A file, a name or a value that cannot be used."""

    exit_code = 2


class MissingPart(click.ClickException):
    """Something of the environment is missing; the message says how to mend it."""

    exit_code = 3


class Interrupted(click.ClickException):
    """The user ended it; the message says what is left."""

    exit_code = 130
