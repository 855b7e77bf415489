"""What this API can do, as lists of extensions told it before there were microversions.

Nova: nova/api/openstack/compute/extension_info.py. Left out: what v2.1 pretends for
clients of v2, but for the names that v2 had for the same things; the rules
``discoverable``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import webob.exc

from tracenova.api.openstack import extensions, wsgi
from tracenova.policies import extensions as ext_policies

Plugin = extensions.V21APIExtensionBase

_NAMESPACE: Final = "http://docs.openstack.org/compute/ext/fake_xml"
_UPDATED: Final = "2014-12-03T00:00:00Z"
_SUPPRESSED: Final = frozenset(
    {"servers", "versions", "flavors", "extensions", "limits", "server-metadata"}
    | {"ips"}
    | {"os-server-tags", "server-power", "server-images", "os-extended-servers"}
    | {"security-group-proxy"}
)
"""Plug-ins that were no extensions in v2, or that Nova has in others' modules."""

_FURTHER: Final = {
    "NMN": "Multinic",
    "OS-DCF": "DiskConfig",
    "OS-EXT-AZ": "ExtendedAvailabilityZone",
    "OS-EXT-SRV-ATTR": "ExtendedServerAttributes",
    "OS-EXT-STS": "ExtendedStatus",
    "OS-SCH-HNT": "SchedulerHints",
    "OS-SRV-USG": "ServerUsage",
    "os-access-ips": "AccessIPs",
    "os-block-device-mapping": "BlockDeviceMapping",
    "os-config-drive": "ConfigDrive",
    "os-extended-volumes": "ExtendedVolumes",
    "os-multiple-create": "MultipleCreate",
    "os-personality": "Personality",
    "os-user-data": "UserData",
    "os-user-quotas": "UserQuotas",
}
"""What belongs to other plug-ins here, and is an extension of its own in Nova."""


@dataclass(frozen=True, slots=True)
class Extension:
    """One line of the list."""

    name: str
    alias: str
    description: str = ""

    def shown(self) -> dict[str, Any]:
        """Return it as the API shows it."""
        return {
            "name": self.name,
            "alias": self.alias,
            "description": self.description or self.name,
            "namespace": _NAMESPACE,
            "updated": _UPDATED,
            "links": [],
        }


class ExtensionInfoController(wsgi.Controller):
    """Answers /extensions.

    Nova: nova/api/openstack/compute/extension_info.py ExtensionInfoController
    """

    def __init__(self, plugins: Iterable[type[Plugin]]) -> None:
        known = [Extension(name, alias) for alias, name in _FURTHER.items()]
        known += [
            Extension(plugin.name, plugin.alias, _first_line(plugin))
            for plugin in plugins
            if plugin.alias not in _SUPPRESSED
        ]
        self._known = {one.alias: one for one in known}

    @extensions.expected_errors(())
    def index(self, req: wsgi.Request) -> dict[str, Any]:
        """Return all extensions, ordered by their aliases."""
        req.environ["nova.context"].can(ext_policies.BASE_POLICY_NAME)
        return {"extensions": [one.shown() for _, one in sorted(self._known.items())]}

    @extensions.expected_errors(404)
    def show(self, req: wsgi.Request, id: str) -> dict[str, Any]:
        """Return one extension."""
        req.environ["nova.context"].can(ext_policies.BASE_POLICY_NAME)
        if id not in self._known:
            raise webob.exc.HTTPNotFound()
        return {"extension": self._known[id].shown()}


def _first_line(plugin: type[Plugin]) -> str:
    return "".join((plugin.__doc__ or "").strip().splitlines()[:1])


class ExtensionInfo(extensions.V21APIExtensionBase):
    """Extension information.

    Nova: nova/api/openstack/compute/extension_info.py ExtensionInfo
    """

    name = "Extensions"
    alias = "extensions"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the collection /extensions."""
        from tracenova.api.openstack.compute.plugins import PLUGINS  # names this one

        return [
            extensions.ResourceExtension(
                "extensions",
                ExtensionInfoController(PLUGINS),
                member_name="extension",
            )
        ]
