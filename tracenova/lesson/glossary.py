"""The words of the trade: an anchor and a paragraph each, in ``glossary.LANG.md``."""

import re
from collections.abc import Mapping

from tracenova.lesson import catalog

_ENTRY = re.compile(r'<a id="([\w-]+)"></a>\n(.*?)(?=\n\n<a id=|\Z)', re.DOTALL)


def entries(lang: str) -> Mapping[str, str]:
    """Return the glossary's paragraphs by anchor, English where a language has none."""
    home = catalog.home()
    file = home / f"glossary.{lang}.md"
    text = (file if file.is_file() else home / "glossary.en.md").read_text("utf-8")
    return {anchor: said.strip() for anchor, said in _ENTRY.findall(text)}
