"""New limits of a project.

Nova: nova/api/openstack/compute/schemas/quota_sets.py
"""

from collections.abc import Iterable

from tracenova.api.validation import parameter_types
from tracenova.api.validation.parameter_types import MAX_INT, Schema

_LIMIT: Schema = {
    "type": ["integer", "string"],
    "pattern": "^-?[0-9]+$",
    "minimum": -1,
    "maximum": MAX_INT,
}
_OF_NEUTRON = (
    *("fixed_ips", "floating_ips", "networks"),
    *("security_groups", "security_group_rules"),
)
_OWN = (
    *("instances", "cores", "ram", "metadata_items", "key_pairs", "injected_files"),
    *("injected_file_content_bytes", "injected_file_path_bytes"),
    *("server_groups", "server_group_members"),
)


def _update(names: Iterable[str]) -> Schema:
    limits = dict.fromkeys(names, _LIMIT)
    return parameter_types.body(
        "quota_set", {**limits, "force": parameter_types.boolean}, []
    )


update: Schema = _update((*_OWN, *_OF_NEUTRON))
update_v236: Schema = _update(_OWN)
