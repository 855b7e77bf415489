"""What every network back end does alike: keep the instance's info cache true.

The info cache (one JSON row an instance) is what the API shows as ``addresses``.
Whoever changes an instance's network holds the lock ``refresh_cache-<uuid>``.

Nova: nova/network/base_api.py. Left out: nova-network's operations.
"""

import functools
import inspect
import logging
from collections.abc import Callable
from typing import Any, TypeVar

from oslo_utils import excutils

from tracenova import objects, utils
from tracenova.network import model as network_model

LOG = logging.getLogger(__name__)
F = TypeVar("F", bound=Callable[..., Any])


def update_instance_cache_with_nw_info(
    impl: "NetworkAPI",
    context: Any,
    instance: Any,
    nw_info: Any = None,
    update_cells: bool = True,
) -> None:
    """Save the network, as given or as the back end says it is, in the info cache.

    The caller holds the lock ``refresh_cache-<uuid>``.

    Nova: nova/network/base_api.py update_instance_cache_with_nw_info
    """
    try:
        if not isinstance(nw_info, network_model.NetworkInfo):
            nw_info = impl._get_instance_nw_info(context, instance)
        LOG.debug("Updating instance_info_cache with network_info: %s", nw_info)
        cache: Any = objects.InstanceInfoCache.new(context, instance.uuid)
        cache.network_info = nw_info
        cache.save(update_cells=update_cells)
    except Exception:
        with excutils.save_and_reraise_exception():
            LOG.exception("Failed storing info cache of %s", instance.uuid)


def refresh_cache(f: F) -> F:
    """Hold the instance's cache lock around the method and save what it returns.

    The method has an argument ``instance`` after ``self, context``.

    Nova: nova/network/base_api.py refresh_cache
    """
    names = list(inspect.signature(f).parameters)

    @functools.wraps(f)
    def wrapper(self: "NetworkAPI", context: Any, *args: Any, **kwargs: Any) -> Any:
        if "instance" in kwargs:
            instance = kwargs["instance"]
        else:
            instance = args[names.index("instance") - 2]
        with utils.lock(f"refresh_cache-{instance.uuid}"):
            result = f(self, context, *args, **kwargs)
            update_instance_cache_with_nw_info(self, context, instance, nw_info=result)
        return result

    return wrapper  # type: ignore[return-value]  # wraps keeps the signature


class NetworkAPI:
    """Base of the network back ends.

    Nova: nova/network/base_api.py NetworkAPI
    """

    def get_instance_nw_info(
        self, context: Any, instance: Any, **kwargs: Any
    ) -> network_model.NetworkInfo:
        """Ask the back end for the instance's network, and save it in the cache."""
        update_cells = kwargs.get("update_cells", False)
        with utils.lock(f"refresh_cache-{instance.uuid}"):
            result = self._get_instance_nw_info(context, instance, **kwargs)
            update_instance_cache_with_nw_info(
                self, context, instance, nw_info=result, update_cells=update_cells
            )
        return result

    def _get_instance_nw_info(
        self, context: Any, instance: Any, **kwargs: Any
    ) -> network_model.NetworkInfo:
        raise NotImplementedError
