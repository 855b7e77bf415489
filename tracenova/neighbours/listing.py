"""Lists as OpenStack's APIs give them: filtered, sorted, one page at a time."""

import urllib.parse
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import webob
import webob.exc

Resource = dict[str, Any]

PAGING: Final = frozenset(
    {"limit", "marker", "sort_key", "sort_dir", "sort", "page_reverse", "fields"}
)


def ordered(
    resources: Iterable[Resource], request: webob.Request, default: str, way: str
) -> list[Resource]:
    """Sort by ``sort_key``/``sort_dir`` pairs, or by ``sort=name:desc,id``.

    Args:
        resources: of one kind.
        request: has the query.
        default: the key if the query has none.
        way: ``asc`` or ``desc``, where the query does not say.

    Raises:
        webob.exc.HTTPBadRequest: there is no such key or direction.
    """
    found = list(resources)
    for key, direction in reversed(_sorting(request, default, way)):
        if direction not in ("asc", "desc"):
            raise webob.exc.HTTPBadRequest(f"Invalid sort direction: {direction}.")
        if found and key != default and not any(key in each for each in found):
            raise webob.exc.HTTPBadRequest(f"Invalid sort key: {key}.")
        found.sort(
            key=lambda each: _sortable(each.get(key)), reverse=direction == "desc"
        )
    return found


def page(
    resources: Sequence[Resource], request: webob.Request, most: int | None = None
) -> tuple[list[Resource], bool]:
    """Return what follows the ``marker``, at most ``limit``; and whether more follows.

    Raises:
        webob.exc.HTTPBadRequest: the limit is no number, the marker nobody's id.
    """
    found = list(resources)
    marker = request.GET.get("marker")
    if marker:
        ids = [each["id"] for each in found]
        if marker not in ids:
            raise webob.exc.HTTPBadRequest(f"The marker {marker} could not be found.")
        found = found[ids.index(marker) + 1 :]
    limit = _limit(request, most)
    if limit is None or limit >= len(found):
        return found, False
    return found[:limit], True


def next_href(request: webob.Request, last: Resource, *, relative: bool = False) -> str:
    """Return the URL of the page after this one."""
    query = request.GET.copy()
    query["marker"] = last["id"]
    path = request.path_info if relative else request.path_url
    return f"{path}?{urllib.parse.urlencode(list(query.items()))}"


def fits(resource: Mapping[str, Any], request: webob.Request, *names: str) -> bool:
    """Say whether the resource has the query's value of each of the names."""
    return all(
        str(resource.get(name)).lower() == request.GET[name].lower()
        for name in names
        if name in request.GET
    )


def _sorting(request: webob.Request, default: str, way: str) -> list[tuple[str, str]]:
    if combined := request.GET.get("sort"):
        pairs = [part.strip().partition(":") for part in combined.split(",")]
        return [(key, direction or way) for key, _, direction in pairs]
    keys = request.GET.getall("sort_key") or [default]
    ways = request.GET.getall("sort_dir")
    ways += [ways[-1] if ways else way] * (len(keys) - len(ways))
    return list(zip(keys, ways, strict=False))


def _sortable(value: Any) -> tuple[bool, str, float, str]:
    """Return what any two values can be compared by; None comes first."""
    if isinstance(value, (int, float)):
        return (True, "number", float(value), "")
    return (value is not None, "text", 0.0, str(value))


def _limit(request: webob.Request, most: int | None) -> int | None:
    text = request.GET.get("limit")
    if text is None:
        return most
    if not text.isdecimal():
        raise webob.exc.HTTPBadRequest(
            f"Invalid input for limit: {text!r} is no non-negative number."
        )
    return int(text) if most is None else min(int(text), most)
