"""Several sizes of servers.

Nova: nova/objects/flavor.py [FlavorList]
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tracenova import exception, objects
from tracenova.db.sqlalchemy import api_models, rows
from tracenova.db.sqlalchemy.enginefacade import api_context_manager
from tracenova.objects import base, fields
from tracenova.objects.flavor import may_use, with_specs

if TYPE_CHECKING:
    from tracenova.context import RequestContext

_C = rows.table_of(api_models.Flavors).c


@base.NovaObjectRegistry.register
class FlavorList(base.ObjectListBase, base.NovaObject):
    """Several flavors.

    Nova: nova/objects/flavor.py FlavorList
    """

    VERSION = "1.1"
    obj_db_namespace = "api-db"
    obj_db_table = "flavors"
    fields = {"objects": fields.ListOfObjectsField("Flavor")}

    @base.remotable_classmethod
    def get_all(
        cls,
        context: "RequestContext",
        inactive: bool = False,
        filters: Mapping[str, Any] | None = None,
        sort_key: str = "flavorid",
        sort_dir: str = "asc",
        limit: int | None = None,
        marker: str | None = None,
    ) -> "FlavorList":
        """Read the flavors that the project may use and that pass the filters.

        Raises:
            MarkerNotFound: the page's marker is no flavor.
        """
        del inactive
        with api_context_manager.reader.using(context) as conn:
            tests = [*may_use(context), *_filter_tests(filters or {})]
            column = _C[sort_key]
            if marker is not None:
                last = rows.first(conn, api_models.Flavors, flavorid=marker)
                if last is None:
                    raise exception.MarkerNotFound(marker=marker)
                edge = last[sort_key]
                tests.append(column > edge if sort_dir == "asc" else column < edge)
            order = [column.asc() if sort_dir == "asc" else column.desc(), _C.id]
            found = rows.where(
                conn, api_models.Flavors, *tests, order_by=order, limit=limit
            )
            found = with_specs(conn, found)
        return base.obj_make_list(
            *(context, cls(context), objects.Flavor, found),
            expected_attrs=["extra_specs"],
        )


def _filter_tests(filters: Mapping[str, Any]) -> list[Any]:
    tests: list[Any] = []
    if "min_memory_mb" in filters:
        tests.append(_C.memory_mb >= filters["min_memory_mb"])
    if "min_root_gb" in filters:
        tests.append(_C.root_gb >= filters["min_root_gb"])
    if "disabled" in filters:
        tests.append(_C.disabled.is_(bool(filters["disabled"])))
    if filters.get("is_public") is not None:
        tests.append(_C.is_public.is_(bool(filters["is_public"])))
    return tests
