"""The course's pages that can be read beside a trace."""

from dataclasses import dataclass
from pathlib import Path

from tracenova.lesson import catalog, language

_BESIDE = "LESSON.md"


@dataclass(frozen=True, slots=True)
class Page:
    """A lesson or an explanation, by its first heading."""

    title: str
    path: Path

    def text(self) -> str:
        """Return its Markdown, or in words why it cannot be read."""
        try:
            return self.path.read_text("utf-8")
        except (OSError, ValueError) as error:
            return f"{self.path} cannot be read: {error}"


def pages(trace: Path | None = None) -> list[Page]:
    """Return the page that lies beside the trace, the lessons, the explanations."""
    found = []
    if trace is not None and (trace.parent / _BESIDE).is_file():
        found.append(trace.parent / _BESIDE)
    home, wanted = catalog.home(), language.chosen()
    for folder in sorted(home.glob("[0-9]*-*")):
        texts = [folder / f"lesson.{lang}.md" for lang in (wanted, "en")]
        found += [text for text in texts if text.is_file()][:1]
    explanations = sorted((home / "explanation").glob("*.md"))
    found += [page for page in explanations if page.name != "README.md"]
    return [Page(_title(path), path) for path in found]


def beside(trace: Path | None) -> Page | None:
    """Return the lesson whose folder the trace lies in."""
    page = trace.parent / _BESIDE if trace is not None else None
    return Page(_title(page), page) if page is not None and page.is_file() else None


def _title(path: Path) -> str:
    """Return a page's first heading, else the name of its file."""
    try:
        with path.open(encoding="utf-8") as file:
            first = file.readline().lstrip("#").strip()
    except (OSError, ValueError):
        first = ""
    return first or path.stem
