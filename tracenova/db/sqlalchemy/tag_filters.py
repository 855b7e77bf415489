"""Servers by the words on them: all of these, any of these, not all, none.

Nova: nova/db/sqlalchemy/api.py [instance_get_all_by_filters_sort]
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, not_, or_, select

from tracenova.db.sqlalchemy import models, rows

_SERVERS: Final = rows.table_of(models.Instance).c
_TAGS: Final = rows.table_of(models.Tag).c


def conditions(filters: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Return what ``tags``, ``tags-any``, ``not-tags`` and ``not-tags-any`` demand.

    ``not-tags`` refuses only servers that have every one of its words.
    """
    found: list[ColumnElement[bool]] = []
    for name in ("tags", "tags-any", "not-tags", "not-tags-any"):
        if name not in filters:
            continue
        tests = [_has(word) for word in _listed(filters[name])]
        wanted = or_(*tests) if name.endswith("-any") else and_(*tests)
        found.append(not_(wanted) if name.startswith("not-") else wanted)
    return found


def _has(word: str) -> ColumnElement[bool]:
    tagged = select(_TAGS.resource_id).where(_TAGS.tag == word)
    return _SERVERS.uuid.in_(tagged)


def _listed(words: str | Iterable[str]) -> list[str]:
    return [words] if isinstance(words, str) else list(words)
