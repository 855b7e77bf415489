"""May the project have that much? Quota checks before anything is written.

Nova: nova/compute/api.py [_check_num_instances_quota, _get_headroom,
_check_injected_file_quota, _check_metadata_properties_quota]
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from tracenova import exception, objects
from tracenova.compute.api_base import VIDEO_RAM, ApiBase
from tracenova.context import RequestContext

LOG = logging.getLogger(__name__)

MAX_METADATA_LENGTH = 255  # width of the columns
Numbers = Mapping[str, int]


class QuotaChecks(ApiBase):
    """The checks that raise a QuotaError, answered with 403.

    Nova: nova/compute/api.py API
    """

    def _check_num_instances_quota(
        self,
        context: RequestContext,
        instance_type: Any,
        min_count: int,
        max_count: int,
        project_id: str | None = None,
        user_id: str | None = None,
    ) -> tuple[int, Any]:
        """Reserve instances, cores and ram for as many servers as fit.

        Returns:
            The number of servers reserved for, and the Quotas object that holds the
            reservations until commit or rollback.

        Raises:
            TooManyInstances: not even ``min_count`` servers fit.
        """
        vram_mb = int(_extra_specs(instance_type).get(VIDEO_RAM, 0))
        deltas = {
            "instances": max_count,
            "cores": max_count * instance_type.vcpus,
            "ram": max_count * (instance_type.memory_mb + vram_mb),
        }
        quotas = objects.Quotas(context=context)
        try:
            quotas.reserve(project_id=project_id, user_id=user_id, **deltas)
        except exception.OverQuota as exc:
            headroom = _get_headroom(exc.kwargs["quotas"], exc.kwargs["usages"], deltas)
            allowed = _allowed(headroom, instance_type, vram_mb)
            if allowed > 0 and min_count <= allowed <= max_count:
                return self._check_num_instances_quota(
                    context, instance_type, min_count, allowed
                )
            _refuse(context, exc, headroom, deltas, min_count, max_count, allowed)
        return max_count, quotas

    def _check_injected_file_quota(
        self,
        context: RequestContext,
        injected_files: Sequence[tuple[str, str]] | None,
    ) -> None:
        """Check number, longest path and longest content of injected files.

        Raises:
            OnsetFileLimitExceeded: too many files.
            OnsetFilePathLimitExceeded: a path is too long.
            OnsetFileContentLimitExceeded: a content is too long.
        """
        if injected_files is None:
            return
        try:
            objects.Quotas.limit_check(context, injected_files=len(injected_files))
        except exception.OverQuota:
            raise exception.OnsetFileLimitExceeded from None
        max_path = max((len(path) for path, _ in injected_files), default=0)
        max_content = max((len(content) for _, content in injected_files), default=0)
        try:
            objects.Quotas.limit_check(
                context,
                injected_file_path_bytes=max_path,
                injected_file_content_bytes=max_content,
            )
        except exception.OverQuota as exc:
            if "injected_file_path_bytes" in exc.kwargs["overs"]:
                raise exception.OnsetFilePathLimitExceeded from None
            raise exception.OnsetFileContentLimitExceeded from None

    def _check_metadata_properties_quota(
        self, context: RequestContext, metadata: Any = None
    ) -> None:
        """Check number and length of the user's metadata.

        Raises:
            MetadataLimitExceeded: too many items.
            InvalidMetadata: no dictionary, an empty key, or a value that is no text.
            InvalidMetadataSize: a key or value is longer than 255.
        """
        metadata = metadata or {}
        if not isinstance(metadata, dict):
            raise exception.InvalidMetadata(reason="Metadata type should be dict.")
        try:
            objects.Quotas.limit_check(context, metadata_items=len(metadata))
        except exception.OverQuota as exc:
            allowed = exc.kwargs["quotas"]["metadata_items"]
            raise exception.MetadataLimitExceeded(allowed=allowed) from None
        for key, value in metadata.items():
            _check_metadata_item(key, value)


def _check_metadata_item(key: Any, value: Any) -> None:
    if not isinstance(value, str) or not isinstance(key, str):
        raise exception.InvalidMetadata(reason="The input is not a string or unicode")
    if not key:
        raise exception.InvalidMetadata(reason="A key needs at least one character.")
    for name, text in (("key", key), ("value", value)):
        if len(text) > MAX_METADATA_LENGTH:
            raise exception.InvalidMetadataSize(
                reason=f"Metadata property {name} greater than 255 characters"
            )


def _extra_specs(flavor: Any) -> Mapping[str, str]:
    return flavor.extra_specs if flavor.obj_attr_is_set("extra_specs") else {}


def _get_headroom(
    quotas: Numbers, usages: Mapping[str, Numbers], deltas: Numbers
) -> dict[str, int]:
    """Return what is left of each resource; unlimited ones follow the instances."""
    headroom = {
        resource: quotas[resource]
        - (usages[resource]["in_use"] + usages[resource]["reserved"])
        for resource in quotas
        if resource in usages
    }
    for resource in ("cores", "ram"):
        if quotas.get(resource) == -1:
            left = headroom.get("instances", 1)
            if deltas.get(resource):
                left = left * deltas[resource] // deltas.get("instances", 1)
            headroom[resource] = left
    return headroom


def _allowed(headroom: Numbers, flavor: Any, vram_mb: int) -> int:
    allowed = headroom.get("instances", 1)
    if flavor.vcpus:
        allowed = min(allowed, headroom["cores"] // flavor.vcpus)
    if flavor.memory_mb:
        allowed = min(allowed, headroom["ram"] // (flavor.memory_mb + vram_mb))
    return allowed


def _refuse(
    context: RequestContext,
    exc: exception.OverQuota,
    headroom: Numbers,
    deltas: Numbers,
    min_count: int,
    max_count: int,
    allowed: int,
) -> NoReturn:
    quotas, overs = exc.kwargs["quotas"], exc.kwargs["overs"]
    count = str(min_count) if min_count == max_count else f"{min_count}-{max_count}"
    requested = {**deltas, "instances": count}
    LOG.debug(
        "%(overs)s quota exceeded for %(pid)s, tried to run %(count)s instances, "
        "%(allowed)s more of this type can run",
        {
            "overs": ",".join(overs),
            "pid": context.project_id,
            "count": count,
            "allowed": max(allowed, 0),
        },
    )
    raise exception.TooManyInstances(
        overs=", ".join(overs),
        req=", ".join(str(requested[resource]) for resource in overs),
        used=", ".join(str(quotas[res] - headroom[res]) for res in overs),
        allowed=", ".join(str(quotas[resource]) for resource in overs),
    )
