"""Reserves aggregates for images with certain properties.

Nova: nova/scheduler/filters/aggregate_image_properties_isolation.py
"""

from typing import Any

from tracenova.conf import CONF
from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters
from tracenova.scheduler.filters import utils
from tracenova.scheduler.host_state import HostState


class AggregateImagePropertiesIsolation(filters.BaseHostFilter):
    """Refuses hosts whose aggregates ask for other image properties.

    Nova: nova/scheduler/filters/aggregate_image_properties_isolation.py
    AggregateImagePropertiesIsolation
    """

    run_filter_once_per_request = True
    RUN_ON_REBUILD = True

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether each property that the image has fits the aggregates."""
        namespace = CONF.aggregate_image_properties_isolation_namespace
        prefix = CONF.aggregate_image_properties_isolation_separator
        image_props = spec_obj.image.properties if spec_obj.image else {}
        metadata = utils.aggregate_metadata_get_by_host(host_state)
        for key, options in metadata.items():
            if namespace and not key.startswith(f"{namespace}{prefix}"):
                continue
            prop = _property(image_props, key)
            if prop and str(prop) not in options:
                return filters.refuse(
                    "image property %(key)s is %(prop)s, the host's aggregates ask "
                    "for %(options)s",
                    key=key,
                    prop=prop,
                    options=", ".join(sorted(options)),
                )
        return True


def _property(image_props: Any, key: str) -> Any:
    try:
        return image_props.get(key)
    except AttributeError:  # an image cannot have a property of that name
        return None
