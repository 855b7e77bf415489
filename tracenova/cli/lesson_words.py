"""``tracenova lesson glossary``: the words of the trade."""

import click

from tracenova.cli import text
from tracenova.cli.lesson_course import Options, course_options, told


@click.command("glossary")
@click.argument("words", metavar="[WORD...]", nargs=-1)
@course_options
def command(options: Options, words: tuple[str, ...]) -> None:
    """Explain words, as the lessons use them; without WORD: list them."""
    from tracenova.cli.render import lesson as render
    from tracenova.lesson import glossary
    from tracenova.lesson.errors import LessonError

    with told():
        known = glossary.entries(options.course().lang)
        for word in words:
            if word not in known:
                listed = ", ".join(known)
                raise LessonError(f"the glossary has no {word!r}; it has: {listed}")
    if not words:
        for line in text.paragraph(", ".join(known), text.width()):
            click.echo(line)
    for word in words:
        for line in render.lines(known[word], text.width()):
            click.echo(line)
