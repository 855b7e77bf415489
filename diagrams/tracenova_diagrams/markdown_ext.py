"""A fence for Python-Markdown, and so for MkDocs, that boots a lab at build time.

::

    markdown_extensions:
      - tracenova_diagrams.markdown_ext

    ```tracenova
    default level=services table
    ```
"""

import re
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from tracenova_diagrams.booting import embedded, parsed
from tracenova_diagrams.escape import xml
from tracenova_diagrams.options import DiagramError

_FENCE = re.compile(
    r"^(?P<fence>`{3,}|~{3,})[ ]*tracenova[ ]*\n(?P<body>.*?)^(?P=fence)[ ]*$",
    re.MULTILINE | re.DOTALL,
)


class _Fences(Preprocessor):
    """Puts a picture where a fence of ours stands."""

    def run(self, lines: list[str]) -> list[str]:
        """Return the page with pictures."""
        return _FENCE.sub(self._drawn, "\n".join(lines)).split("\n")

    def _drawn(self, match: re.Match[str]) -> str:
        try:
            html = embedded(parsed(match["body"].strip()))
        except DiagramError as error:
            html = f'<p class="tracenova-error">tracenova: {xml(str(error))}</p>'
        return "\n" + self.md.htmlStash.store(html) + "\n"


class TracenovaExtension(Extension):
    """Python-Markdown's door to the fence."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the library's name)
        """Register the fence before the library's own."""
        md.preprocessors.register(_Fences(md), "tracenova", 28)


def makeExtension(**options: Any) -> TracenovaExtension:  # noqa: N802 (the library's name)
    """Return the extension; Python-Markdown looks for this name."""
    return TracenovaExtension(**options)
