"""Tables of the API database: what exists above the cells.

Nova: nova/db/sqlalchemy/api_models.py
Left out: placement's tables (placement is a neighbour of its own here).
"""

from sqlalchemy import Float, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from tracenova.db.sqlalchemy.types import Timestamped


class API_BASE(DeclarativeBase):  # noqa: N801 - Nova's name
    """The API database."""


def _id() -> Mapped[int]:
    return mapped_column(Integer, primary_key=True, autoincrement=True)


def _text(length: int = 255) -> Mapped[str | None]:
    return mapped_column(String(length))


def _name(length: int = 255) -> Mapped[str]:
    return mapped_column(String(length))


class Flavors(Timestamped, API_BASE):
    """A size of servers."""

    __tablename__ = "flavors"
    __table_args__ = (
        UniqueConstraint("flavorid", name="uniq_flavors0flavorid"),
        UniqueConstraint("name", name="uniq_flavors0name"),
    )
    id = _id()
    name = _name()
    memory_mb: Mapped[int]
    vcpus: Mapped[int]
    root_gb: Mapped[int | None]
    ephemeral_gb: Mapped[int | None]
    flavorid = _name()
    swap: Mapped[int] = mapped_column(Integer, default=0)
    rxtx_factor: Mapped[float | None] = mapped_column(Float, default=1.0)
    vcpu_weight: Mapped[int | None]
    disabled: Mapped[bool | None] = mapped_column(default=False)
    is_public: Mapped[bool | None] = mapped_column(default=True)


class FlavorExtraSpecs(Timestamped, API_BASE):
    """A further demand of a flavor."""

    __tablename__ = "flavor_extra_specs"
    __table_args__ = (
        UniqueConstraint("flavor_id", "key", name="uniq_flavor_extra_specs0"),
    )
    id = _id()
    key = _name()
    value = _text()
    flavor_id: Mapped[int]


class FlavorProjects(Timestamped, API_BASE):
    """A project that may use a flavor that is not public."""

    __tablename__ = "flavor_projects"
    __table_args__ = (
        UniqueConstraint("flavor_id", "project_id", name="uniq_flavor_projects0"),
    )
    id = _id()
    flavor_id: Mapped[int]
    project_id = _name()


class RequestSpec(Timestamped, API_BASE):
    """What was asked of the scheduler for a server, as JSON text."""

    __tablename__ = "request_specs"
    __table_args__ = (UniqueConstraint("instance_uuid", name="uniq_request_specs0"),)
    id = _id()
    instance_uuid = _name(36)
    spec: Mapped[str] = mapped_column(Text)


class BuildRequest(Timestamped, API_BASE):
    """A server that no host has yet: the API shows it from here."""

    __tablename__ = "build_requests"
    __table_args__ = (
        UniqueConstraint("instance_uuid", name="uniq_build_requests0"),
        Index("build_requests_project_id_idx", "project_id"),
    )
    id = _id()
    instance_uuid = _text(36)
    project_id = _name()
    instance: Mapped[str | None] = mapped_column(Text)
    block_device_mappings: Mapped[str | None] = mapped_column(Text)


class CellMapping(Timestamped, API_BASE):
    """A cell: its database and its message bus."""

    __tablename__ = "cell_mappings"
    __table_args__ = (UniqueConstraint("uuid", name="uniq_cell_mappings0uuid"),)
    id = _id()
    uuid = _name(36)
    name = _text()
    transport_url: Mapped[str | None] = mapped_column(Text)
    database_connection: Mapped[str | None] = mapped_column(Text)


class InstanceMapping(Timestamped, API_BASE):
    """Which cell a server is in; NULL: in none yet."""

    __tablename__ = "instance_mappings"
    __table_args__ = (
        UniqueConstraint("instance_uuid", name="uniq_instance_mappings0"),
        Index("instance_mappings_project_id_idx", "project_id"),
    )
    id = _id()
    instance_uuid = _name(36)
    cell_id: Mapped[int | None]
    project_id = _name()


class HostMapping(Timestamped, API_BASE):
    """Which cell a compute host is in."""

    __tablename__ = "host_mappings"
    __table_args__ = (UniqueConstraint("host", name="uniq_host_mappings0host"),)
    id = _id()
    cell_id: Mapped[int]
    host = _name()


class KeyPair(Timestamped, API_BASE):
    """A user's public key."""

    __tablename__ = "key_pairs"
    __table_args__ = (UniqueConstraint("user_id", "name", name="uniq_key_pairs0"),)
    id = _id()
    name = _name()
    user_id = _text()
    fingerprint = _text()
    public_key: Mapped[str | None] = mapped_column(Text)
    type: Mapped[str] = mapped_column(String(16), default="ssh")


class InstanceGroup(Timestamped, API_BASE):
    """Servers that are to stay together, or apart."""

    __tablename__ = "instance_groups"
    __table_args__ = (UniqueConstraint("uuid", name="uniq_instance_groups0uuid"),)
    id = _id()
    user_id = _text()
    project_id = _text()
    uuid = _name(36)
    name = _text()


class InstanceGroupMember(Timestamped, API_BASE):
    """One server of a group."""

    __tablename__ = "instance_group_member"
    __table_args__ = (Index("instance_group_member_uuid_idx", "instance_uuid"),)
    id = _id()
    instance_uuid = _text()
    group_id: Mapped[int]


class InstanceGroupPolicy(Timestamped, API_BASE):
    """What a group wants: affinity or anti-affinity."""

    __tablename__ = "instance_group_policy"
    __table_args__ = (Index("instance_group_policy_group_idx", "group_id"),)
    id = _id()
    policy = _text()
    group_id: Mapped[int]


class Aggregate(Timestamped, API_BASE):
    """Hosts that have something in common."""

    __tablename__ = "aggregates"
    __table_args__ = (UniqueConstraint("name", name="uniq_aggregate0name"),)
    id = _id()
    uuid = _text(36)
    name = _text()


class AggregateHost(Timestamped, API_BASE):
    """One host of an aggregate."""

    __tablename__ = "aggregate_hosts"
    __table_args__ = (
        UniqueConstraint("host", "aggregate_id", name="uniq_aggregate_hosts0"),
    )
    id = _id()
    host = _text()
    aggregate_id: Mapped[int]


class AggregateMetadata(Timestamped, API_BASE):
    """What the hosts of an aggregate have in common."""

    __tablename__ = "aggregate_metadata"
    __table_args__ = (
        UniqueConstraint("aggregate_id", "key", name="uniq_aggregate_metadata0"),
    )
    id = _id()
    key = _name()
    value = _name()
    aggregate_id: Mapped[int]
