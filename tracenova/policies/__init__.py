"""Every rule of the API with its default, one module a topic, as in Nova.

Nova: nova/policies/__init__.py
"""

import itertools

from oslo_policy import policy

from tracenova.policies import (
    admin_actions,
    aggregates,
    attach_interfaces,
    availability_zone,
    base,
    config_drive,
    console_output,
    extended_availability_zone,
    extended_server_attributes,
    extended_status,
    extended_volumes,
    extensions,
    flavor_access,
    flavor_extra_specs,
    flavor_manage,
    flavor_rxtx,
    hide_server_addresses,
    hypervisors,
    instance_actions,
    ips,
    keypairs,
    limits,
    lock_server,
    multinic,
    pause_server,
    quota_sets,
    security_groups,
    server_external_events,
    server_groups,
    server_metadata,
    server_password,
    server_tags,
    server_usage,
    servers,
    services,
    simple_tenant_usage,
    suspend_server,
    used_limits,
    volumes,
    volumes_attachments,
)

_MODULES = (
    admin_actions,
    aggregates,
    attach_interfaces,
    availability_zone,
    base,
    config_drive,
    console_output,
    extended_availability_zone,
    extended_server_attributes,
    extended_status,
    extended_volumes,
    extensions,
    flavor_access,
    flavor_extra_specs,
    flavor_manage,
    flavor_rxtx,
    hide_server_addresses,
    hypervisors,
    instance_actions,
    ips,
    keypairs,
    limits,
    lock_server,
    multinic,
    pause_server,
    quota_sets,
    security_groups,
    server_external_events,
    server_groups,
    server_metadata,
    server_password,
    server_tags,
    server_usage,
    servers,
    services,
    simple_tenant_usage,
    suspend_server,
    used_limits,
    volumes,
    volumes_attachments,
)


def list_rules() -> list[policy.RuleDefault]:
    """Return all rules, for the enforcer to register.

    Nova: nova/policies/__init__.py list_rules
    """
    return list(itertools.chain.from_iterable(m.list_rules() for m in _MODULES))
