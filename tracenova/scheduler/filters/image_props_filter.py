"""Matches what an image is made for with what the host can run.

Nova: nova/scheduler/filters/image_props_filter.py
"""

from oslo_utils import versionutils

from tracenova.objects import enums
from tracenova.objects.request_spec import RequestSpec
from tracenova.objects.version_predicate import VersionPredicate
from tracenova.scheduler import filters
from tracenova.scheduler.host_state import HostState


class ImagePropertiesFilter(filters.BaseHostFilter):
    """Looks for one way of running guests that has all that the image asks for.

    A host lists (architecture, hypervisor, mode) triples; the image may ask for each
    of the three, and for a version of the hypervisor.

    Nova: nova/scheduler/filters/image_props_filter.py ImagePropertiesFilter
    """

    run_filter_once_per_request = True
    RUN_ON_REBUILD = True

    def is_asked(self, spec_obj: RequestSpec) -> bool:
        """An image without wishes suits every host."""
        return any(_wanted(spec_obj))

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether the host runs such images."""
        wanted = [word for word in _wanted(spec_obj) if word]
        if not wanted:
            return True
        offered = host_state.supported_instances
        if not offered:
            return filters.refuse(
                "image needs %(wanted)s, the host says nothing", wanted=" ".join(wanted)
            )
        version = host_state.hypervisor_version
        predicate = spec_obj.image.properties.get("img_hv_requested_version")
        for triple in offered:
            if all(word in triple for word in wanted) and _fits(version, predicate):
                return True
        return filters.refuse(
            "image needs %(wanted)s%(predicate)s, the host runs %(offered)s "
            "at version %(version)s",
            wanted=" ".join(wanted),
            predicate=f" at version {predicate}" if predicate else "",
            offered=_Triples(offered),
            version=_Version(version),
        )


def _wanted(spec_obj: RequestSpec) -> tuple[str | None, str | None, str | None]:
    image_props = spec_obj.image.properties if spec_obj.image else {}
    return (
        enums.Architecture.canonicalize(image_props.get("hw_architecture")),
        enums.HVType.canonicalize(image_props.get("img_hv_type")),
        enums.VMMode.canonicalize(image_props.get("hw_vm_mode")),
    )


def _fits(version: int | None, predicate: str | None) -> bool:
    if not (version and predicate):
        return True
    return VersionPredicate(predicate).satisfied_by(
        versionutils.convert_version_to_str(version)
    )


class _Triples:
    def __init__(self, triples: list[list[str]]) -> None:
        self._triples = triples

    def __str__(self) -> str:
        return ", ".join("/".join(triple) for triple in self._triples)


class _Version:
    def __init__(self, version: int | None) -> None:
        self._version = version

    def __str__(self) -> str:
        if not self._version:
            return "unknown"
        return versionutils.convert_version_to_str(self._version)
