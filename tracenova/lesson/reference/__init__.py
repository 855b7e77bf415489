"""Reference pages made from the code: what is there, by name.

    python -m tracenova.lesson.reference lessons/reference

writes them anew; a test compares what is committed with what would be written.
"""

from collections.abc import Callable, Mapping
from typing import Final

from tracenova.lesson.reference import options, rpc, scheduler, vocabulary

PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "rpc-methods.md": rpc.page,
    "options.md": options.page,
    "filters.md": scheduler.filters_page,
    "weighers.md": scheduler.weighers_page,
    "states.md": vocabulary.states_page,
    "span-attributes.md": vocabulary.attributes_page,
    "errors.md": vocabulary.errors_page,
}
