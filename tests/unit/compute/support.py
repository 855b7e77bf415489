"""The compute's neighbours as tests need them: they answer at once, or fail on demand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from tracenova import exception
from tracenova.network import model
from tracenova.virt import fake

HOST = "compute1"


def make_network_info(port_id: str = "port-1") -> model.NetworkInfo:
    """Return one card with one address on the network ``private``."""
    subnet = model.Subnet(
        cidr="10.0.0.0/24",
        ips=[model.FixedIP(address="10.0.0.5", version=4)],
        version=4,
    )
    network = model.Network(
        id="net-1", bridge="br-int", label="private", subnets=[subnet]
    )
    vif = model.VIF(
        id=port_id, address="fa:16:3e:00:00:01", network=network, type="ovs"
    )
    return model.NetworkInfo([vif])


@dataclass
class FakeNetworkAPI:
    """Neutron's client: remembers what it was asked.

    Attributes:
        errors: raised by the next allocations, one each.
        deallocate_error: raised by every deallocation.
    """

    calls: list[str] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    deallocate_error: Exception | None = None
    network_info: model.NetworkInfo = field(default_factory=make_network_info)

    def allocate_for_instance(
        self, context: Any, instance: Any, **kwargs: Any
    ) -> model.NetworkInfo:
        """Return the ports, or fail."""
        self.calls.append("allocate")
        if self.errors:
            raise self.errors.pop(0)
        return self.network_info

    def deallocate_for_instance(
        self, context: Any, instance: Any, requested_networks: Any = None
    ) -> None:
        """Take the ports back."""
        self.calls.append("deallocate")
        if self.deallocate_error:
            raise self.deallocate_error

    def get_instance_nw_info(self, context: Any, instance: Any) -> model.NetworkInfo:
        """Return the ports."""
        self.calls.append("get")
        return self.network_info

    def setup_instance_network_on_host(
        self, context: Any, instance: Any, host: str
    ) -> None:
        """Bind the ports to another host."""
        self.calls.append(f"setup {host}")

    def cleanup_instance_network_on_host(
        self, context: Any, instance: Any, host: str
    ) -> None:
        """Do nothing, like neutron's."""
        self.calls.append(f"cleanup {host}")


@dataclass
class FakeVolumeAPI:
    """Cinder's client: remembers which volumes were deleted or disconnected."""

    deleted: list[str] = field(default_factory=list)
    detached: list[str] = field(default_factory=list)
    statuses: list[str] = field(default_factory=lambda: ["available"])

    def get(self, context: Any, volume_id: str) -> dict[str, str]:
        """Return the next status; the last one stays."""
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return {"id": volume_id, "status": status}

    def delete(self, context: Any, volume_id: str) -> None:
        """Delete the volume."""
        self.deleted.append(volume_id)

    def terminate_connection(
        self, context: Any, volume_id: str, connector: Any
    ) -> None:
        """End the host's connection."""

    def detach(self, context: Any, volume_id: str, instance_uuid: str) -> None:
        """Mark the volume available."""
        self.detached.append(volume_id)


@dataclass
class RecordingNotifier:
    """The notification bus: keeps priority, type and payload."""

    sent: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)

    def info(self, context: Any, event_type: str, payload: Mapping[str, Any]) -> None:
        """Keep an INFO."""
        self.sent.append(("info", event_type, payload))

    def error(self, context: Any, event_type: str, payload: Mapping[str, Any]) -> None:
        """Keep an ERROR."""
        self.sent.append(("error", event_type, payload))

    @property
    def types(self) -> list[str]:
        """What was sent, in order."""
        return [event_type for _priority, event_type, _payload in self.sent]


@dataclass
class FakeTaskAPI:
    """The conductor's build queue: keeps what came back to it."""

    rescheduled: list[dict[str, Any]] = field(default_factory=list)

    def build_instances(
        self,
        context: Any,
        instances: list[Any],
        image: Any,
        filter_properties: dict[str, Any],
        *rest: Any,
    ) -> None:
        """Keep the instance's state and the retry information."""
        (instance,) = instances
        self.rescheduled.append(
            {
                "host": instance.host,
                "task_state": instance.task_state,
                "retry": filter_properties["retry"],
                "rest": rest,
            }
        )


@dataclass
class FakeSchedulerClient:
    """Schedulers and placement: the node is saved as the real client saves it."""

    told: list[tuple[str, Any]] = field(default_factory=list)
    allocations: list[int] = field(default_factory=list)

    @property
    def reportclient(self) -> SimpleNamespace:
        """Placement's client: keeps the signs of allocations."""
        return SimpleNamespace(
            update_instance_allocation=lambda _node, _instance, sign: (
                self.allocations.append(sign)
            ),
            remove_deleted_instances=lambda _node, _instances: None,
        )

    def update_resource_stats(self, compute_node: Any) -> None:
        """Save the node."""
        compute_node.save()

    def update_instance_info(self, context: Any, host: str, instances: Any) -> None:
        """Keep what is new on the host."""
        self.told.append(("update", [instance.uuid for instance in instances]))

    def delete_instance_info(self, context: Any, host: str, uuid: str) -> None:
        """Keep what is gone from the host."""
        self.told.append(("delete", uuid))

    def sync_instance_info(self, context: Any, host: str, uuids: list[str]) -> None:
        """Keep what is on the host."""
        self.told.append(("sync", uuids))


@dataclass
class FakeComputeAPI:
    """nova-api's library: keeps which servers were stopped or deleted, and how."""

    calls: list[tuple[str, str]] = field(default_factory=list)

    def stop(self, context: Any, instance: Any) -> None:
        """Stop it as its user would."""
        self.calls.append(("stop", instance.uuid))

    def force_stop(self, context: Any, instance: Any) -> None:
        """Stop it whatever its state."""
        self.calls.append(("force_stop", instance.uuid))

    def delete(self, context: Any, instance: Any) -> None:
        """Delete it."""
        self.calls.append(("delete", instance.uuid))


class FaultyDriver(fake.FakeDriver):
    """A hypervisor that fails when told to.

    Attributes:
        spawn_error: raised by spawn, after it has waited for the network.
        destroy_error: raised by destroy.
    """

    spawn_error: Exception | None = None
    destroy_error: Exception | None = None

    def spawn(self, *args: Any, **kwargs: Any) -> None:
        """Wait for the network, then fail or succeed."""
        list(kwargs["network_info"] or ())
        if self.spawn_error:
            raise self.spawn_error
        super().spawn(*args, **kwargs)

    def destroy(self, *args: Any, **kwargs: Any) -> None:
        """Fail or succeed."""
        if self.destroy_error:
            raise self.destroy_error
        super().destroy(*args, **kwargs)


def gone(uuid: str) -> exception.InstanceNotFound:
    """Return the error of a server that was deleted meanwhile."""
    return exception.InstanceNotFound(instance_id=uuid)
