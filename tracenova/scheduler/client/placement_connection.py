"""Placement as something that may be missing: problems become warnings.

Nova: nova/scheduler/client/report.py [safe_connect, warn_limit]
"""

import functools
import logging
from collections.abc import Callable
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from tracenova.http_message import Response
from tracenova.scheduler.client import placement_session as session

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound="PlacementConnection")

LOG = logging.getLogger(__name__)
WARN_EVERY: Final = 10
_ADVICE: Final = (
    "Placement is optional in Newton, but required in Ocata. Please enable the "
    "placement service before upgrading."
)
_WARNINGS: Final[dict[type[session.PlacementProblem], str]] = {
    session.EndpointNotFound: f"The placement API endpoint not found. {_ADVICE}",
    session.MissingAuthPlugin: (
        f"No authentication information found for placement API. {_ADVICE}"
    ),
    session.Unauthorized: f"Placement service credentials do not work. {_ADVICE}",
}


class PlacementConnection:
    """A client of placement that remembers how often it has complained."""

    def __init__(self) -> None:
        self._session = session.PlacementSession()
        self._warn_count = 0

    def _send(
        self, method: str, template: str, json: Any = None, **path: str
    ) -> Response:
        return self._session.request(method, template, path, json)

    def warn_limit(self, message: str) -> None:
        """Warn the first time, and then every eleventh.

        Nova: nova/scheduler/client/report.py warn_limit
        """
        if self._warn_count:
            self._warn_count -= 1
            return
        self._warn_count = WARN_EVERY
        LOG.warning(message)


def safe_connect(
    function: Callable[Concatenate[C, P], R | None],
) -> Callable[Concatenate[C, P], R | None]:
    """Turn "there is no placement" into a warning, and the result into None.

    Nova: nova/scheduler/client/report.py safe_connect
    """

    @functools.wraps(function)
    def wrapper(self: C, *args: P.args, **kwargs: P.kwargs) -> R | None:
        try:
            return function(self, *args, **kwargs)
        except session.ConnectFailure:
            LOG.warning("Placement API service is not responding.")
        except session.PlacementProblem as problem:
            self.warn_limit(_WARNINGS[type(problem)])
        return None

    return wrapper  # type: ignore[return-value]  # mypy minds that self has a name
