"""The create plug-ins: each reads its words of a server create, in this order.

In Nova each is a method ``server_create`` of a plug-in, found by stevedore in the
namespace ``nova.api.v21.extensions.server.create``; here they are functions in a table.

Nova: nova/api/openstack/compute/{availability_zone, block_device_mapping,
block_device_mapping_v1, config_drive, keypairs, multiple_create, scheduler_hints,
security_groups, user_data}.py
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import webob.exc
from oslo_utils import strutils

from tracenova import block_device, exception
from tracenova.api.openstack.compute.schemas import (
    block_device_mapping as schema_bdm,
)
from tracenova.api.openstack.compute.schemas import (
    block_device_mapping_v1 as schema_bdm_v1,
)
from tracenova.api.openstack.compute.schemas import keypairs as schema_keypairs
from tracenova.api.openstack.compute.schemas import (
    scheduler_hints as schema_scheduler_hints,
)
from tracenova.api.openstack.compute.schemas import server_create_plugins as schemas
from tracenova.api.validation.parameter_types import Schema

Body = dict[str, Any]
ServerCreate = Callable[[Body, Body, Body], None]


def availability_zone(server: Body, create_kwargs: Body, body: Body) -> None:
    """Where the server shall run: ``zone``, ``zone:host`` or ``zone:host:node``."""
    create_kwargs["availability_zone"] = server.get("availability_zone")


def block_device_mapping(server: Body, create_kwargs: Body, body: Body) -> None:
    """Volumes, images and blank disks, in the new form."""
    mappings = server.get("block_device_mapping_v2", [])
    _refuse_both_forms(server)
    image_specified = server.get("imageRef") is not None
    try:
        block_devices = [
            block_device.BlockDeviceDict.from_api(mapping, image_specified)
            for mapping in mappings
        ]
    except exception.InvalidBDMFormat as error:
        raise webob.exc.HTTPBadRequest(explanation=error.format_message()) from error
    if block_devices:
        create_kwargs["block_device_mapping"] = block_devices
        create_kwargs["legacy_bdm"] = False


def block_device_mapping_v1(server: Body, create_kwargs: Body, body: Body) -> None:
    """Volumes and snapshots, in the old form."""
    mappings = server.get("block_device_mapping", [])
    _refuse_both_forms(server)
    for mapping in mappings:
        if "delete_on_termination" in mapping:
            mapping["delete_on_termination"] = strutils.bool_from_string(
                mapping["delete_on_termination"]
            )
    if mappings:
        create_kwargs["block_device_mapping"] = mappings
        create_kwargs["legacy_bdm"] = True


def _refuse_both_forms(server: Body) -> None:
    if server.get("block_device_mapping_v2") and server.get("block_device_mapping"):
        raise webob.exc.HTTPBadRequest(
            explanation="Using different block_device_mapping syntaxes is not "
            "allowed in the same request."
        )


def config_drive(server: Body, create_kwargs: Body, body: Body) -> None:
    """Whether the guest finds its metadata on a drive."""
    create_kwargs["config_drive"] = server.get("config_drive")


def keypairs(server: Body, create_kwargs: Body, body: Body) -> None:
    """Which key pair goes into the guest."""
    create_kwargs["key_name"] = server.get("key_name")


def multiple_create(server: Body, create_kwargs: Body, body: Body) -> None:
    """How many servers at least and at most; one by default."""
    min_count = int(server.get("min_count", 1))
    max_count = int(server.get("max_count", min_count))
    if min_count > max_count:
        raise webob.exc.HTTPBadRequest(explanation="min_count must be <= max_count")
    create_kwargs["min_count"] = min_count
    create_kwargs["max_count"] = max_count
    create_kwargs["return_reservation_id"] = server.get("return_reservation_id", False)


def scheduler_hints(server: Body, create_kwargs: Body, body: Body) -> None:
    """Wishes to the scheduler's filters; they stand beside ``server``, not in it."""
    hints = body.get("os:scheduler_hints")
    if hints is None:
        hints = body.get("OS-SCH-HNT:scheduler_hints", {})
    create_kwargs["scheduler_hints"] = hints


def security_groups(server: Body, create_kwargs: Body, body: Body) -> None:
    """Names or ids of security groups, each once."""
    groups = server.get("security_groups")
    if groups is not None:
        names = [group["name"] for group in groups if group.get("name")]
        create_kwargs["security_group"] = list(dict.fromkeys(names))


def user_data(server: Body, create_kwargs: Body, body: Body) -> None:
    """A text for the guest, base64."""
    create_kwargs["user_data"] = server.get("user_data")


@dataclass(frozen=True, slots=True)
class CreatePlugin:
    """What one plug-in does, and what it adds to the schema.

    Attributes:
        server_create: reads its words and adds to the arguments of the create.
        schema: the words it knows.
        by_version: other schemas, by the version of the create schema.
        beside_server: the words stand beside ``server`` in the body.
    """

    server_create: ServerCreate
    schema: Schema
    by_version: dict[str, Schema]
    beside_server: bool = False


PLUGINS = (
    CreatePlugin(
        availability_zone,
        schemas.availability_zone,
        {"2.0": schemas.availability_zone_v20},
    ),
    # Nova compares with "2.32" exactly: from 2.37 on, the tag is refused
    CreatePlugin(
        block_device_mapping,
        schema_bdm.server_create,
        {"2.32": schema_bdm.server_create_v232},
    ),
    CreatePlugin(block_device_mapping_v1, schema_bdm_v1.server_create, {}),
    CreatePlugin(config_drive, schemas.config_drive, {}),
    CreatePlugin(
        keypairs,
        schema_keypairs.server_create,
        {"2.0": schema_keypairs.server_create_v20},
    ),
    CreatePlugin(multiple_create, schemas.multiple_create, {}),
    CreatePlugin(
        scheduler_hints, schema_scheduler_hints.server_create, {}, beside_server=True
    ),
    CreatePlugin(
        security_groups,
        schemas.security_groups,
        {"2.0": schemas.security_groups_v20},
    ),
    CreatePlugin(user_data, schemas.user_data, {"2.0": schemas.user_data_v20}),
)


def run_plugins(server: Body, body: Body) -> Body:
    """Return the arguments of the create that the plug-ins read from the body.

    Raises:
        webob.exc.HTTPBadRequest: words contradict one another.
    """
    create_kwargs: Body = {}
    for plugin in PLUGINS:
        plugin.server_create(server, create_kwargs, body)
    return create_kwargs


def with_plugin_schemas(base: Schema, version: str) -> Schema:
    """Return a create schema that knows the plug-ins' words too.

    Args:
        base: the schema of the core words.
        version: the first version for which it is; 2.0 for /v2.

    Nova: nova/api/openstack/compute/servers.py _create_extension_schema
    """
    schema = copy.deepcopy(base)
    for plugin in PLUGINS:
        words = plugin.by_version.get(version, plugin.schema)
        if plugin.beside_server:
            schema["properties"].update(words)
        else:
            schema["properties"]["server"]["properties"].update(words)
    return schema
