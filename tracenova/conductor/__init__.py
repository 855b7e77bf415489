"""The conductor: sees a build through, and owns the database for the computes.

Nova: nova/conductor/__init__.py
"""

from typing import TYPE_CHECKING, Any

from tracenova.conf import CONF

if TYPE_CHECKING:
    from tracenova.conductor import api as conductor_api


def API(use_local: bool = False) -> "conductor_api.LocalAPI":  # noqa: N802 - Nova's name
    """Return what a service waits with until a conductor answers.

    Nova: nova/conductor/__init__.py API
    """
    from tracenova.conductor import api as conductor_api

    if use_local or CONF.conductor.use_local:
        return conductor_api.LocalAPI()
    return conductor_api.API()


def ComputeTaskAPI(use_local: bool = False, **kwargs: Any) -> Any:  # noqa: N802 - Nova's name
    """Return what nova-api hands its builds to: over RPC, or in this process.

    Nova: nova/conductor/__init__.py ComputeTaskAPI
    """
    from tracenova.conductor import api as conductor_api

    if use_local or CONF.conductor.use_local:
        return conductor_api.LocalComputeTaskAPI()
    return conductor_api.ComputeTaskAPI(**kwargs)
