"""Finding a server: in its cell, or as long as it is in none, in its build request.

Nova: nova/compute/api.py [_get_instance, _lookup_instance, get_all's parts]
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from tracenova import context as nova_context
from tracenova import exception, objects
from tracenova.compute import utils as compute_utils
from tracenova.compute.api_base import ApiBase
from tracenova.context import RequestContext

BUILD_REQUEST_IS_TRUE = 15  # nova-osapi_compute service version since then
DEFAULT_FIELDS = ("metadata", "system_metadata", "info_cache", "security_groups")

_RENAMED_FILTERS = {
    "image": "image_ref",
    "name": "display_name",
    "tenant_id": "project_id",
}


class Lookup(ApiBase):
    """The read path inside nova-api.

    Nova: nova/compute/api.py API
    """

    def _get_instance(
        self, context: RequestContext, instance_uuid: str, expected_attrs: list[str]
    ) -> Any:
        """Return the instance as its user may see it now.

        Raises:
            InstanceNotFound: there is no such instance.
        """
        version = objects.Service.get_minimum_version(context, "nova-osapi_compute")
        if version < BUILD_REQUEST_IS_TRUE:
            return objects.Instance.get_by_uuid(
                context, instance_uuid, expected_attrs=expected_attrs
            )
        inst_map = self._get_instance_map_or_none(context, instance_uuid)
        if inst_map and inst_map.cell_mapping is None:
            try:
                return objects.BuildRequest.get_by_instance_uuid(
                    context, instance_uuid
                ).instance
            except exception.BuildRequestNotFound:
                # It has entered its cell between the two questions: ask again.
                inst_map = self._get_instance_map_or_none(context, instance_uuid)
        return self._from_cell(context, inst_map, instance_uuid, expected_attrs)

    def _from_cell(
        self,
        context: RequestContext,
        inst_map: Any,
        instance_uuid: str,
        expected_attrs: list[str] | None = None,
    ) -> Any:
        if inst_map is None or inst_map.cell_mapping is None:
            return objects.Instance.get_by_uuid(
                context, instance_uuid, expected_attrs=expected_attrs
            )
        with nova_context.target_cell(context, inst_map.cell_mapping):
            return objects.Instance.get_by_uuid(
                context, instance_uuid, expected_attrs=expected_attrs
            )

    def _get_instance_map_or_none(
        self, context: RequestContext, instance_uuid: str
    ) -> Any:
        try:
            return objects.InstanceMapping.get_by_instance_uuid(context, instance_uuid)
        except exception.InstanceMappingNotFound:
            return None

    def _lookup_instance(self, context: RequestContext, uuid: str) -> Any:
        """Return the instance's row, or None if it is deleted or not written yet."""
        inst_map = self._get_instance_map_or_none(context, uuid)
        try:
            return self._from_cell(context, inst_map, uuid)
        except exception.InstanceNotFound:
            return None

    def _get_all(
        self,
        context: RequestContext,
        filters: Mapping[str, Any],
        limit: int | None,
        marker: str | None,
        **listing: Any,
    ) -> list[Any]:
        """Return servers still being asked for, then those of cell0, then the cell's."""
        sorting = {key: listing[key] for key in ("sort_keys", "sort_dirs")}
        found: list[Any] = []
        try:
            build_requests = objects.BuildRequestList.get_by_filters(
                context, filters, limit=limit, marker=marker, **sorting
            )
            marker = None
            found.extend(request.instance for request in build_requests)
        except exception.MarkerNotFound:
            pass  # the marker is a server that is in its cell already
        found.extend(self._in_cell0(context, filters, limit, marker, found, **listing))
        left = _left(limit, found)
        if left is None or left > 0:
            found.extend(
                self._get_instances_by_filters(
                    context, filters, limit=left, marker=marker, **listing
                )
            )
        unique: dict[str, Any] = {}
        for instance in found:
            unique.setdefault(instance.uuid, instance)
        return list(unique.values())

    def _in_cell0(
        self,
        context: RequestContext,
        filters: Mapping[str, Any],
        limit: int | None,
        marker: str | None,
        found: list[Any],
        **listing: Any,
    ) -> list[Any]:
        try:
            cell0 = objects.CellMapping.get_by_uuid(
                context, objects.CellMapping.CELL0_UUID
            )
        except exception.CellMappingNotFound:
            return []
        with nova_context.target_cell(context, cell0):
            try:
                return list(
                    self._get_instances_by_filters(
                        context,
                        filters,
                        limit=_left(limit, found),
                        marker=marker,
                        **listing,
                    )
                )
            except exception.MarkerNotFound:
                return []

    def _get_instances_by_filters(
        self,
        context: RequestContext,
        filters: Mapping[str, Any],
        limit: int | None = None,
        marker: str | None = None,
        expected_attrs: list[str] | None = None,
        sort_keys: list[str] | None = None,
        sort_dirs: list[str] | None = None,
    ) -> Any:
        return objects.InstanceList.get_by_filters(
            context,
            filters=filters,
            limit=limit,
            marker=marker,
            expected_attrs=[*DEFAULT_FIELDS, *(expected_attrs or ())],
            sort_keys=sort_keys,
            sort_dirs=sort_dirs,
        )


def _left(limit: int | None, found: list[Any]) -> int | None:
    return limit - len(found) if limit else limit


def remap_filters(
    context: RequestContext, search_opts: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the database's filters for what the user searched by.

    Raises:
        ValueError: metadata that is no JSON; nothing can match it.
        FlavorNotFound: the flavor to search for does not exist.

    Nova: nova/compute/api.py API.get_all [filter_mapping]
    """

    def flavor_row(flavor_id: str) -> Any:
        flavor: Any = objects.Flavor.get_by_flavor_id(context, flavor_id)
        return flavor.id

    remaps: dict[str, Callable[[Any], dict[str, Any]]] = {
        "flavor": lambda flavor_id: {"instance_type_id": flavor_row(flavor_id)},
        "fixed_ip": lambda ip: {"ip": f"^{re.escape(ip)}$"},
        "metadata": lambda text: {"metadata": json.loads(text)},
        "system_metadata": lambda text: {"system_metadata": json.loads(text)},
    }
    filters: dict[str, Any] = {}
    for option, value in search_opts.items():
        if option in remaps:
            filters.update(remaps[option](value))
        else:
            filters[_RENAMED_FILTERS.get(option, option)] = value
    return filters


def ip_filter(
    instances: list[Any], filters: Mapping[str, Any], limit: int | None
) -> list[Any]:
    """Return the servers that have an address like the one asked for.

    Nova: nova/compute/api.py API._ip_filter
    """
    patterns = {
        4: re.compile(str(filters.get("ip"))),
        6: re.compile(str(filters.get("ip6"))),
    }

    def matches(instance: Any) -> bool:
        return any(
            patterns[fixed_ip["version"]].match(fixed_ip["address"])
            for vif in compute_utils.get_nw_info_for_instance(instance)
            for fixed_ip in vif.fixed_ips()
            if fixed_ip.get("address") and fixed_ip.get("version") in patterns
        )

    return [instance for instance in instances if matches(instance)][:limit]
