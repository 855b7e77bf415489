"""A request to the compute API: its version, its content type, objects it has met.

Part of Nova's wsgi.py (see :mod:`tracenova.api.openstack.wsgi`). Left out: answers
translated into the client's language.
"""

from collections.abc import Iterable
from typing import Any

from tracenova import exception, wsgi
from tracenova.api.openstack import api_version_request as api_version

SUPPORTED_CONTENT_TYPES = (
    "application/json",
    "application/vnd.openstack.compute+json",
)
API_VERSION_REQUEST_HEADER = "OpenStack-API-Version"
LEGACY_API_VERSION_REQUEST_HEADER = "X-OpenStack-Nova-API-Version"
ENV_LEGACY_V2 = "openstack.legacy_v2"
SERVICE_TYPE = "compute"


class Request(wsgi.Request):
    """One request to the compute API.

    Extensions find here the objects that the core controller has read already, so
    that nothing is read twice.

    Nova: nova/api/openstack/wsgi.py Request
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._db_items: dict[str, dict[str, Any]] = {}
        if not hasattr(self, "api_version_request"):
            # webob keeps this in the environ: every view of the request sees it
            self.api_version_request = api_version.APIVersionRequest()

    def cache_db_instances(self, instances: Iterable[Any]) -> None:
        """Remember instances that were read for this request."""
        self._remember("instances", "uuid", instances)

    def cache_db_instance(self, instance: Any) -> None:
        """Remember one instance."""
        self.cache_db_instances([instance])

    def get_db_instances(self) -> dict[str, Any]:
        """Return the instances met so far, by uuid."""
        return self._db_items["instances"]

    def get_db_instance(self, instance_uuid: str) -> Any:
        """Return an instance met before."""
        return self._db_items["instances"].get(instance_uuid)

    def cache_db_flavors(self, flavors: Iterable[Any]) -> None:
        """Remember flavors that were read for this request."""
        self._remember("flavors", "flavorid", flavors)

    def cache_db_flavor(self, flavor: Any) -> None:
        """Remember one flavor."""
        self.cache_db_flavors([flavor])

    def get_db_flavor(self, flavorid: str) -> Any:
        """Return a flavor met before."""
        return self._db_items["flavors"].get(flavorid)

    def _remember(self, kind: str, key: str, items: Iterable[Any]) -> None:
        known = self._db_items.setdefault(kind, {})
        known.update({getattr(item, key): item for item in items})

    def best_match_content_type(self) -> str:
        """Return the content type in which the client wants its answer."""
        offers = self.accept.acceptable_offers(SUPPORTED_CONTENT_TYPES)
        best: str = offers[0][0] if offers else SUPPORTED_CONTENT_TYPES[0]
        return best

    def get_content_type(self) -> str | None:
        """Return the declared type of the body; None when there is none to speak of.

        Raises:
            exception.InvalidContentType: the body is declared as something but JSON.
        """
        content_type: str = self.content_type
        if not content_type or content_type == "text/plain":
            return None
        if content_type not in SUPPORTED_CONTENT_TYPES:
            raise exception.InvalidContentType(content_type=content_type)
        return content_type

    def set_api_version_request(self) -> None:
        """Find out which microversion the client asks for; without any, 2.1.

        Raises:
            exception.InvalidAPIVersionString: a header is malformed.
            exception.InvalidGlobalAPIVersion: the version is out of 2.1 to 2.38.
        """
        asked = self._asked_version()
        if asked is None:
            asked = api_version.DEFAULT_API_VERSION
        if asked == "latest":
            self.api_version_request = api_version.max_api_version()
            return
        self.api_version_request = api_version.APIVersionRequest(asked)
        lowest, highest = api_version.min_api_version(), api_version.max_api_version()
        if not self.api_version_request.matches(lowest, highest):
            raise exception.InvalidGlobalAPIVersion(
                req_ver=self.api_version_request.get_string(),
                min_ver=lowest.get_string(),
                max_ver=highest.get_string(),
            )

    def _asked_version(self) -> str | None:
        for entry in reversed(self._listed(API_VERSION_REQUEST_HEADER)):
            service, _, version = entry.lower().partition(" ")
            if service == SERVICE_TYPE and version.strip():
                return version.strip()
        legacy = self._listed(LEGACY_API_VERSION_REQUEST_HEADER)
        return legacy[-1].lower() if legacy else None

    def _listed(self, header: str) -> list[str]:
        text = self.headers.get(header)
        return [] if text is None else [entry.strip() for entry in text.split(",")]

    def set_legacy_v2(self) -> None:
        """Mark that the request came in by /v2."""
        self.environ[ENV_LEGACY_V2] = True

    def is_legacy_v2(self) -> bool:
        """Say whether the request came in by /v2."""
        legacy: bool = self.environ.get(ENV_LEGACY_V2, False)
        return legacy
