"""The compute API v2.1: its plug-ins in a table, and the router made of them.

Nova: nova/api/openstack/compute/__init__.py, and entry points
``nova.api.v21.extensions`` in setup.cfg. Nova loads plug-ins with stevedore in an
order that depends on the installation; here the order can be read.
"""

import logging
from typing import Self

from tracenova import wsgi as base_wsgi
from tracenova.api.openstack import extensions, wsgi
from tracenova.api.openstack.compute.plugins import PLUGINS
from tracenova.api.openstack.mapper import ProjectMapper

LOG = logging.getLogger(__name__)


class APIRouterV21(base_wsgi.Router):
    """Routes requests to the controllers of the plug-ins.

    Nova: nova/api/openstack/__init__.py APIRouterV21
    """

    @classmethod
    def factory(cls, global_config: dict[str, str], **local_config: str) -> Self:
        """Build the router; paste calls this."""
        return cls()

    def __init__(self) -> None:
        mapper = ProjectMapper()
        self.resources: dict[str, wsgi.ResourceV21] = {}
        plugins = [plugin() for plugin in PLUGINS]
        for plugin in plugins:
            for resource in plugin.get_resources():
                self._register_resource(resource, mapper)
        for plugin in plugins:
            for extension in plugin.get_controller_extensions():
                self._register_controller(extension)
        LOG.info("Loaded extensions: %s", sorted(plugin.alias for plugin in plugins))
        super().__init__(mapper)

    def _register_resource(
        self, resource: extensions.ResourceExtension, mapper: ProjectMapper
    ) -> None:
        wsgi_resource = wsgi.ResourceV21(resource.controller)
        self.resources[resource.collection] = wsgi_resource
        parent = {"parent_resource": resource.parent} if resource.parent else {}
        mapper.resource(
            resource.member_name or resource.collection,
            resource.collection,
            controller=wsgi_resource,
            collection=resource.collection_actions,
            member=resource.member_actions,
            **parent,
        )
        if resource.custom_routes_fn:
            resource.custom_routes_fn(mapper, wsgi_resource)

    def _register_controller(self, extension: extensions.ControllerExtension) -> None:
        resource = self.resources[extension.collection]
        resource.register_actions(extension.controller)
        resource.register_extensions(extension.controller)
