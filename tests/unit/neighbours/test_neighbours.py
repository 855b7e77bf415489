"""The neighbours over their own HTTP: what Nova relies on."""

import pytest

from tracenova import http
from tracenova.lab.neighbourhood import Neighbourhood
from tracenova.lab.settings import URLS
from tracenova.neighbours.keystone.tokens import TokenStore, User, id_of


@pytest.fixture
def around():
    """Return the neighbours of a cloud, reachable over HTTP."""
    neighbourhood = Neighbourhood("test", service_password="secret")
    neighbourhood.mount()
    yield neighbourhood
    neighbourhood.unmount()


def token_of(around: Neighbourhood, user: str, project: str) -> str:
    """Return a fresh token of the user in the project."""
    return around.tokens.issue(around.tokens.users[user], project)


def ask(around, service, method, template, user="demo", project="demo", **how):
    """Send one request, by default as demo."""
    client = http.ServiceClient(service, URLS[service])
    return client.request(
        method, template, token=token_of(around, user, project), **how
    )


def log_in(user: str, password: str, project: str):
    """Ask keystone for a token, with a password."""
    auth = {
        "identity": {
            "methods": ["password"],
            "password": {"user": {"name": user, "password": password}},
        },
        "scope": {"project": {"name": project}},
    }
    client = http.ServiceClient("keystone", URLS["keystone"])
    return client.request("POST", "/v3/auth/tokens", json={"auth": auth})


def make_network(around, cidr="10.0.0.0/24"):
    """Create a network with one subnet; return its id."""
    network = ask(
        around, "neutron", "POST", "/v2.0/networks", json={"network": {"name": "n"}}
    )
    network_id = network.json()["network"]["id"]
    subnet = {"network_id": network_id, "cidr": cidr}
    ask(around, "neutron", "POST", "/v2.0/subnets", json={"subnet": subnet})
    return network_id


def make_port(around, network_id, **port):
    """Create a port in the network."""
    body = {"port": {"network_id": network_id, **port}}
    return ask(around, "neutron", "POST", "/v2.0/ports", json=body)


class TestKeystone:
    """Tokens for passwords."""

    def test_a_password_gives_a_token_scoped_to_the_project(self, around):
        """201, the key in X-Subject-Token, roles and catalog in the body."""
        response = log_in("demo", "demo", "demo")
        assert response.status_code == 201
        token = response.json()["token"]
        assert token["project"]["id"] == id_of("project", "demo")
        assert {"compute", "network"} <= {entry["type"] for entry in token["catalog"]}

    @pytest.mark.parametrize(
        ("user", "password", "project"),
        [("demo", "wrong", "demo"), ("nobody", "x", "demo"), ("demo", "demo", "admin")],
    )
    def test_anything_else_is_401(self, around, user, password, project):
        """A wrong password, user or project are not told apart."""
        assert log_in(user, password, project).status_code == 401

    def test_a_malformed_body_is_400(self, around):
        """No traceback for a body without auth."""
        client = http.ServiceClient("keystone", URLS["keystone"])
        bodies: list[dict[str, object]] = [{}, {"auth": {}}, {"auth": {"identity": 3}}]
        for body in bodies:
            assert (
                client.request("POST", "/v3/auth/tokens", json=body).status_code == 400
            )

    def test_an_expired_token_is_unknown(self):
        """After its lifetime a token proves nothing."""
        user = User("u", "p", {"demo": ("member",)})
        store = TokenStore([user], lifetime_s=-1)
        assert store.find(store.issue(user, "demo")) is None

    def test_a_password_is_not_in_the_users_text(self):
        """Secrets do not leak through repr."""
        assert "sesame" not in repr(User("u", "sesame"))


class TestGlance:
    """Images and their data."""

    def test_an_image_is_described_uploaded_and_downloaded(self, around):
        """queued until the data are there, then active with size and checksum."""
        created = ask(
            around,
            "glance",
            "POST",
            "/v2/images",
            json={"name": "i", "disk_format": "raw", "container_format": "bare"},
        )
        image_id = created.json()["id"]
        assert created.json()["status"] == "queued"
        path = {"id": image_id}
        assert (
            ask(
                around,
                "glance",
                "PUT",
                "/v2/images/{id}/file",
                path=path,
                content=b"abc",
                headers={"Content-Type": "application/octet-stream"},
            ).status_code
            == 204
        )
        shown = ask(around, "glance", "GET", "/v2/images/{id}", path=path).json()
        assert (shown["status"], shown["size"]) == ("active", 3)
        assert (
            ask(around, "glance", "GET", "/v2/images/{id}/file", path=path).content
            == b"abc"
        )

    def test_another_projects_image_is_not_there(self, around):
        """404, not 403: its existence is not told."""
        image_id = around.glance.add(
            {"visibility": "private"}, b"x", id_of("project", "admin")
        )
        assert (
            ask(
                around, "glance", "GET", "/v2/images/{id}", path={"id": image_id}
            ).status_code
            == 404
        )


class TestNeutron:
    """Networks and ports."""

    def test_a_port_gets_the_next_free_address(self, around):
        """.1 is the gateway, .2 the DHCP port."""
        network_id = make_network(around)
        ports = [make_port(around, network_id).json()["port"] for _ in range(2)]
        addresses = [port["fixed_ips"][0]["ip_address"] for port in ports]
        assert addresses == ["10.0.0.3", "10.0.0.4"]
        assert ports[0]["mac_address"] != ports[1]["mac_address"]

    def test_a_full_subnet_is_409(self, around):
        """IpAddressGenerationFailure, as nova looks for."""
        network_id = make_network(around, "10.0.0.0/29")
        codes = [make_port(around, network_id).status_code for _ in range(5)]
        assert codes == [201, 201, 201, 201, 409]

    def test_a_freed_address_is_given_out_again(self, around):
        """By a deleted port the lowest first; by a changed one when there is no other."""
        network_id = make_network(around, "10.0.0.0/29")
        ports = [make_port(around, network_id).json()["port"] for _ in range(4)]
        around.neutron.store.remove("ports", ports[1]["id"])
        again = make_port(around, network_id).json()["port"]
        assert again["fixed_ips"] == ports[1]["fixed_ips"]
        around.neutron.store.get("ports", ports[0]["id"])["fixed_ips"] = []
        again = make_port(around, network_id).json()["port"]
        assert again["fixed_ips"] == ports[0]["fixed_ips"]

    def test_a_taken_address_is_409(self, around):
        """IpAddressInUse."""
        network_id = make_network(around)
        wish = [{"ip_address": "10.0.0.9"}]
        assert make_port(around, network_id, fixed_ips=wish).status_code == 201
        again = make_port(around, network_id, fixed_ips=wish)
        assert again.status_code == 409
        assert again.json()["NeutronError"]["type"] == "IpAddressInUse"

    def test_a_host_binds_a_port(self, around):
        """binding:host_id gives the port a vif_type."""
        port_id = make_port(around, make_network(around)).json()["port"]["id"]
        body = {"port": {"binding:host_id": "compute1", "device_id": "i"}}
        changed = ask(
            around,
            "neutron",
            "PUT",
            "/v2.0/ports/{id}",
            path={"id": port_id},
            json=body,
        )
        assert changed.json()["port"]["binding:vif_type"] == "ovs"

    def test_lists_are_filtered_and_trimmed(self, around):
        """?device_id= picks, fields= trims, several values are alternatives."""
        network_id = make_network(around)
        first = make_port(around, network_id, device_id="a").json()["port"]["id"]
        make_port(around, network_id, device_id="b")
        found = ask(
            around,
            "neutron",
            "GET",
            "/v2.0/ports",
            params={"device_id": "a", "fields": "id"},
        )
        assert found.json()["ports"] == [{"id": first}]

    def test_another_projects_ports_are_not_listed(self, around):
        """Only an admin sees them all."""
        network_id = make_network(around)
        make_port(around, network_id)
        other = ask(
            around, "neutron", "GET", "/v2.0/ports", user="neutron", project="service"
        )
        assert len(other.json()["ports"]) == 2  # the DHCP port and the server's
        around.tokens.users["eve"] = User("eve", "p", {"eve": ("member",)})
        assert ask(
            around, "neutron", "GET", "/v2.0/ports", user="eve", project="eve"
        ).json() == {"ports": []}

    def test_the_quota_stops_the_next_port(self, around):
        """409 OverQuota."""
        around.neutron.port_quota = 2
        network_id = make_network(around)
        assert make_port(around, network_id).status_code == 201
        assert (
            make_port(around, network_id).json()["NeutronError"]["type"] == "OverQuota"
        )


class TestPlacement:
    """Inventories and allocations."""

    @pytest.fixture
    def provider(self, around):
        """Return a provider of 4 VCPUs, each given away twice."""
        self.ask(
            around,
            "POST",
            "/resource_providers",
            json={"uuid": "p", "name": "compute1"},
        )
        inventory = {"total": 4, "allocation_ratio": 2.0}
        body = {"resource_provider_generation": 0, "inventories": {"VCPU": inventory}}
        self.ask(around, "PUT", "/resource_providers/p/inventories", json=body)
        return "p"

    @staticmethod
    def ask(around, method, template, **how):
        """Send one request to placement, as nova."""
        return ask(
            around, "placement", method, template, user="nova", project="service", **how
        )

    def allocate(self, around, consumer, amount):
        """Let the consumer hold that many VCPUs."""
        item = {"resource_provider": {"uuid": "p"}, "resources": {"VCPU": amount}}
        return self.ask(
            around, "PUT", f"/allocations/{consumer}", json={"allocations": [item]}
        )

    def test_capacity_is_total_times_ratio(self, around, provider):
        """8 of 4 × 2.0 fit, the ninth does not."""
        assert self.allocate(around, "a", 8).status_code == 204
        assert self.allocate(around, "b", 1).status_code == 409

    def test_an_allocation_is_replaced_not_added(self, around, provider):
        """PUT says all that a consumer holds."""
        self.allocate(around, "a", 8)
        assert self.allocate(around, "a", 1).status_code == 204
        used = self.ask(around, "GET", "/resource_providers/p/usages").json()["usages"]
        assert used == {"VCPU": 1}

    def test_an_old_generation_is_409(self, around, provider):
        """Somebody else changed the provider in between."""
        body = {"resource_provider_generation": 0, "inventories": {}}
        assert (
            self.ask(
                around, "PUT", "/resource_providers/p/inventories", json=body
            ).status_code
            == 409
        )

    def test_a_plain_user_may_not_write(self, around):
        """403."""
        body = {"uuid": "x", "name": "x"}
        assert (
            ask(
                around, "placement", "POST", "/resource_providers", json=body
            ).status_code
            == 403
        )


class TestCinder:
    """Volumes."""

    def test_a_volume_is_attached_and_detached(self, around):
        """available → in-use → available."""
        path = {"p": id_of("project", "demo")}
        created = ask(
            around,
            "cinder",
            "POST",
            "/v2/{p}/volumes",
            path=path,
            json={"volume": {"size": 1}},
        )
        path["v"] = created.json()["volume"]["id"]
        act = {
            "os-attach": {"instance_uuid": "i", "mountpoint": "/dev/vdb", "mode": "rw"}
        }
        assert (
            ask(
                around,
                "cinder",
                "POST",
                "/v2/{p}/volumes/{v}/action",
                path=path,
                json=act,
            ).status_code
            == 202
        )
        assert (
            ask(around, "cinder", "GET", "/v2/{p}/volumes/{v}", path=path).json()[
                "volume"
            ]["status"]
            == "in-use"
        )
        assert (
            ask(
                around, "cinder", "DELETE", "/v2/{p}/volumes/{v}", path=path
            ).status_code
            == 400
        )
        ask(
            around,
            "cinder",
            "POST",
            "/v2/{p}/volumes/{v}/action",
            path=path,
            json={"os-detach": {}},
        )
        assert (
            ask(
                around, "cinder", "DELETE", "/v2/{p}/volumes/{v}", path=path
            ).status_code
            == 202
        )


@pytest.mark.parametrize("service", ["glance", "neutron", "placement"])
def test_without_a_token_every_door_is_shut(around, service):
    """401 before anything is looked at."""
    client = http.ServiceClient(service, URLS[service])
    path = {
        "glance": "/v2/images",
        "neutron": "/v2.0/ports",
        "placement": "/resource_providers",
    }
    assert client.request("GET", path[service]).status_code == 401
