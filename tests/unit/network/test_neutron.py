"""The calls to neutron, in Nova's order, against the lab's neutron."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.virt.support import make_instance, neighbourhood, recording
from tracenova import exception, objects
from tracenova.network import API, model
from tracenova.network.neutronv2 import auth


class Requests(list[Any]):
    auto_allocate = False

    @property
    def is_single_unspecified(self) -> Any:
        """Say whether nothing in particular was asked."""
        return len(self) == 1 and not (self[0].network_id or self[0].port_id)


class Request(SimpleNamespace):
    def __init__(self, **fields: Any) -> None:
        empty = dict.fromkeys(("network_id", "port_id", "address", "pci_request_id"))
        super().__init__(**{**empty, **fields})

    def __contains__(self, name: Any) -> Any:
        return hasattr(self, name)


def on(network_id: Any) -> Any:
    """Ask for one network."""
    return Requests([Request(network_id=network_id)])


@pytest.fixture
def around() -> Any:
    """Run the neighbours."""
    with neighbourhood() as around:
        yield around


@pytest.fixture
def database(monkeypatch: Any) -> Any:
    """Stands for the conductor: keeps what is saved, in order."""
    saved: list[tuple[Any, ...]] = []

    class VirtualInterface(SimpleNamespace):
        def __init__(self, context):
            super().__init__()

        def create(self):
            saved.append(("VirtualInterface.create", self.address, self.uuid))

        def destroy(self):
            saved.append(("VirtualInterface.destroy", self.uuid))

        @staticmethod
        def delete_by_instance_uuid(context, uuid):
            saved.append(("VirtualInterface.delete_by_instance_uuid", uuid))

    class InfoCache(SimpleNamespace):
        @classmethod
        def new(cls, context, uuid):
            return cls(uuid=uuid)

        def save(self, update_cells=True):
            saved.append(("InstanceInfoCache.save", self.network_info))

    monkeypatch.setattr(objects, "VirtualInterface", VirtualInterface)
    monkeypatch.setattr(objects, "InstanceInfoCache", InfoCache)
    return saved


def test_validation_of_an_asked_network_is_three_calls(around):
    """GET the network, the quota, the project's ports: hops 6, 7 and 8."""
    network_id = around.add_network()
    with recording() as trace:
        possible = API().validate_networks(around.context(), on(network_id), 3)
    assert possible == 3
    assert trace.calls() == [
        "GET /v2.0/networks?id={net_id}",
        "GET /v2.0/quotas/{project_id}",
        "GET /v2.0/ports?tenant_id={project_id}&fields=id",
    ]


def test_without_a_wish_own_and_shared_networks_are_listed(around):
    """Nobody asked for a network: the project's, then the shared ones."""
    around.add_network()
    with recording() as trace:
        API().validate_networks(around.context(), None, 1)
    assert trace.calls()[:2] == [
        "GET /v2.0/networks?tenant_id=&shared=False",
        "GET /v2.0/networks?shared=True",
    ]


def test_several_networks_and_no_wish_are_ambiguous(around):
    """Nova does not choose."""
    around.add_network("a", "10.0.0.0/24")
    around.add_network("b", "10.1.0.0/24")
    with pytest.raises(exception.NetworkAmbiguous):
        API().validate_networks(around.context(), None, 1)


def test_an_unknown_network_is_not_found(around):
    """The user named a network that this project cannot see."""
    with pytest.raises(exception.NetworkNotFound):
        API().validate_networks(around.context(), on("nowhere"), 1)


def test_a_network_without_subnet_is_refused(around):
    """Without a subnet there is no address to give."""
    with pytest.raises(exception.NetworkRequiresSubnet):
        API().validate_networks(around.context(), on(around.add_network(cidr="")), 1)


def test_an_unlimited_quota_saves_the_third_call(around):
    """A port quota of -1 answers for any number of servers."""
    around.neutron.port_quota = -1
    with recording() as trace:
        assert (
            API().validate_networks(around.context(), on(around.add_network()), 9) == 9
        )
    assert trace.calls()[-1] == "GET /v2.0/quotas/{project_id}"


def test_the_port_quota_lowers_the_number_of_servers(around):
    """Two ports are free (the DHCP port is the third), so two servers are possible."""
    network_id = around.add_network()
    taken = len(around.neutron.store.all("ports"))
    around.neutron.port_quota = taken + 2
    assert API().validate_networks(around.context(), on(network_id), 5) == 2


def test_more_ports_than_the_quota_are_an_error(around):
    """The quota was lowered after the ports were made."""
    network_id = around.add_network()
    context = around.context()
    around.neutron.store.add_port({"network_id": network_id}, context.project_id)
    around.neutron.port_quota = 0
    with pytest.raises(exception.PortLimitExceeded):
        API().validate_networks(context, on(network_id), 1)


def test_a_port_in_use_and_an_unknown_port_are_refused(around):
    """PortInUse and PortNotFound, before anything is created."""
    network_id = around.add_network()
    context = around.context()
    port = around.neutron.store.add_port({"network_id": network_id}, context.project_id)
    port["device_id"] = "somebody"
    with pytest.raises(exception.PortInUse):
        API().validate_networks(context, Requests([Request(port_id=port["id"])]), 1)
    with pytest.raises(exception.PortNotFound):
        API().validate_networks(context, Requests([Request(port_id="nowhere")]), 1)


def test_a_fixed_address_that_is_taken_is_refused(around):
    """FixedIpAlreadyInUse names the server that has it."""
    network_id = around.add_network()
    context = around.context()
    port = around.neutron.store.add_port({"network_id": network_id}, context.project_id)
    wish = Request(network_id=network_id, address=port["fixed_ips"][0]["ip_address"])
    with pytest.raises(exception.FixedIpAlreadyInUse):
        API().validate_networks(context, Requests([wish]), 1)


def test_allocation_makes_nova_s_calls_in_nova_s_order(around, database):
    """Hops 53 to 63: create, extensions, bind, VIF, then everything for the cache."""
    context, network_id = around.context(), around.add_network()
    instance = make_instance(context.project_id)
    auth.warm()
    with recording() as trace:
        nw_info = API().allocate_for_instance(
            context,
            instance,
            requested_networks=on(network_id),
            bind_host_id="compute1",
        )
    assert trace.calls() == [
        "GET /v2.0/networks?id={net_id}",
        "POST /v2.0/ports",
        "GET /v2.0/extensions",
        "PUT /v2.0/ports/{port_id}",
        "GET /v2.0/ports?tenant_id=&device_id=",
        "GET /v2.0/floatingips?fixed_ip_address=&port_id=",
        "GET /v2.0/subnets?id=",
        "GET /v2.0/ports?network_id=&device_owner=network:dhcp",
    ]
    assert [name for name, *_rest in database] == [
        "VirtualInterface.create",
        "InstanceInfoCache.save",
    ]
    port = around.neutron.store.get("ports", nw_info[0]["id"])
    assert port["device_id"] == instance.uuid
    assert port["device_owner"] == "compute:nova"
    assert port["binding:host_id"] == "compute1"
    assert database[0][1] == f"{port['mac_address']}/{port['id']}"
    assert nw_info[0]["active"] is False
    assert nw_info[0]["devname"] == ("tap" + port["id"])[:14]
    assert nw_info[0].fixed_ips()[0]["address"] == port["fixed_ips"][0]["ip_address"]


def test_extensions_are_asked_once_in_ten_minutes(around, database):
    """[neutron]extension_sync_interval: the second server costs no GET extensions."""
    context, network_id = around.context(), around.add_network()
    api = API()
    with recording() as trace:
        for _server in "ab":
            api.allocate_for_instance(
                context,
                make_instance(context.project_id),
                requested_networks=on(network_id),
                bind_host_id="compute1",
            )
    assert trace.calls().count("GET /v2.0/extensions") == 1


def test_a_failed_binding_deletes_the_created_port(around, database, monkeypatch):
    """Neutron cannot bind to the host: PortBindingFailed, and no port is left over."""
    context, network_id = around.context(), around.add_network()
    before = len(around.neutron.store.all("ports"))
    monkeypatch.setattr(
        "tracenova.neighbours.neutron.ports._binding",
        lambda host: {"binding:vif_type": "binding_failed"},
    )
    with pytest.raises(exception.PortBindingFailed):
        API().allocate_for_instance(
            context,
            make_instance(context.project_id),
            requested_networks=on(network_id),
            bind_host_id="compute1",
        )
    assert len(around.neutron.store.all("ports")) == before


def test_the_port_quota_stops_an_allocation(around, database):
    """OverQuota of neutron is Nova's PortLimitExceeded."""
    context, network_id = around.context(), around.add_network()
    around.neutron.port_quota = 0
    with pytest.raises(exception.PortLimitExceeded):
        API().allocate_for_instance(
            context,
            make_instance(context.project_id),
            requested_networks=on(network_id),
        )


def test_deallocation_deletes_nova_s_ports_and_unbinds_given_ones(around, database):
    """A port that the user made outlives the server, free again."""
    context, network_id = around.context(), around.add_network()
    instance = make_instance(context.project_id)
    given = around.neutron.store.add_port(
        {"network_id": network_id}, context.project_id
    )
    wishes = Requests([Request(network_id=network_id), Request(port_id=given["id"])])
    api = API()
    nw_info = api.allocate_for_instance(
        context, instance, requested_networks=wishes, bind_host_id="compute1"
    )
    instance.info_cache = SimpleNamespace(network_info=nw_info, refresh=lambda: None)
    created = nw_info[0]["id"]
    api.deallocate_for_instance(context, instance)
    assert around.neutron.store.get("ports", created) is None
    kept = around.neutron.store.get("ports", given["id"])
    assert kept["device_id"] == ""
    assert database[-2:] == [
        ("VirtualInterface.delete_by_instance_uuid", instance.uuid),
        ("InstanceInfoCache.save", model.NetworkInfo()),
    ]


def test_deallocation_of_nothing_is_two_calls(around, database):
    """No valid host: hops 15 and 16 of that story."""
    with recording() as trace:
        API().deallocate_for_instance(around.context(), make_instance())
    assert trace.calls()[:2] == [
        "GET /v2.0/ports?device_id={instance_uuid}",
        "GET /v2.0/extensions",
    ]


def test_a_rescheduled_server_takes_its_port_along(around, database):
    """The next host only changes binding:host_id; the port stays."""
    context, network_id = around.context(), around.add_network()
    instance = make_instance(context.project_id)
    api = API()
    nw_info = api.allocate_for_instance(
        context, instance, requested_networks=on(network_id), bind_host_id="compute1"
    )
    api.cleanup_instance_network_on_host(context, instance, "compute1")
    api.setup_instance_network_on_host(context, instance, "compute2")
    port = around.neutron.store.get("ports", nw_info[0]["id"])
    assert port["binding:host_id"] == "compute2"


def test_only_given_ports_can_need_a_pci_device(around):
    """A request by network costs no call for SR-IOV."""
    pci_requests = SimpleNamespace(requests=[])
    with recording() as trace:
        API().create_pci_requests_for_sriov_ports(
            around.context(), pci_requests, on("net")
        )
    assert (trace.calls(), pci_requests.requests) == ([], [])


def test_a_user_without_a_valid_token_is_unauthorized(around):
    """Neutron's 401 is passed on, so that the user logs in again."""
    context = around.context()
    context.auth_token = "expired"
    with pytest.raises(exception.Unauthorized):
        API().validate_networks(context, None, 1)


def test_wrong_admin_credentials_are_the_operator_s_fault():
    """NeutronAdminCredentialConfigurationInvalid, not the user's 401."""
    with (
        neighbourhood(neutron__password="wrong"),
        pytest.raises(exception.NeutronAdminCredentialConfigurationInvalid),
    ):
        auth.warm()
