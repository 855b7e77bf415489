"""What PCI devices a flavor asks for: ``pci_passthrough:alias = "name:count, ..."``.

The names are aliases of the configuration, each a description of devices.

Nova: nova/pci/request.py
Left out: requests of instances being resized.
"""

import json
from typing import Any

import jsonschema

from tracenova import exception, objects
from tracenova.conf import CONF

_HEX = "^([\\da-fA-F]{4})$"
_ALIAS_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 256},
        "capability_type": {"type": "string", "enum": ["pci"]},
        "product_id": {"type": "string", "pattern": _HEX},
        "vendor_id": {"type": "string", "pattern": _HEX},
        "device_type": {"type": "string", "enum": ["type-PCI", "type-PF", "type-VF"]},
    },
    "required": ["name"],
}

Spec = dict[str, str]


def get_pci_requests_from_flavor(flavor: Any) -> Any:
    """Return the InstancePCIRequests of the flavor; its list may be empty.

    Raises:
        PciRequestAliasNotDefined: the configuration does not know the alias.
        PciInvalidAlias: the configuration's aliases cannot be read.

    Nova: nova/pci/request.py get_pci_requests_from_flavor
    """
    specs = flavor.extra_specs if flavor.obj_attr_is_set("extra_specs") else {}
    wanted = specs.get("pci_passthrough:alias")
    requests = _translate_alias_to_requests(wanted) if wanted else []
    return objects.InstancePCIRequests(requests=requests)


def _translate_alias_to_requests(alias_spec: str) -> list[Any]:
    aliases = _get_alias_from_config()
    requests = []
    for wanted in alias_spec.split(","):
        name, count = (part.strip() for part in wanted.split(":"))
        if name not in aliases:
            raise exception.PciRequestAliasNotDefined(alias=name)
        requests.append(
            objects.InstancePCIRequest(
                count=int(count), spec=aliases[name], alias_name=name
            )
        )
    return requests


def _get_alias_from_config() -> dict[str, list[Spec]]:
    aliases: dict[str, list[Spec]] = {}
    for text in CONF.pci_alias:
        name, spec = _parse_alias(text)
        known = aliases.setdefault(name, [])
        if known and known[0].get("dev_type") != spec.get("dev_type"):
            raise exception.PciInvalidAlias(
                reason=f"Device type mismatch for alias '{name}'"
            )
        known.append(spec)
    return aliases


def _parse_alias(text: str) -> tuple[str, Spec]:
    try:
        spec = json.loads(text)
        jsonschema.validate(spec, _ALIAS_SCHEMA)
    except (ValueError, jsonschema.ValidationError) as error:
        raise exception.PciInvalidAlias(reason=str(error)) from error
    name = spec.pop("name").strip()
    if "device_type" in spec:
        spec["dev_type"] = spec.pop("device_type")
    return name, spec
