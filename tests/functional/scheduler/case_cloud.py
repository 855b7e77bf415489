"""A cloud that knows the hosts of a scheduling case, and is asked through its API.

API, conductor and scheduler run; of the computes there are only the rows that they
would have written.
"""

import contextlib
import datetime
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from oslo_utils import timeutils

from tracenova import objects, telemetry, wsgi
from tracenova.conf import new_config
from tracenova.lab import spec
from tracenova.lab.client import Client, Refused
from tracenova.lab.cloud import Cloud
from tracenova.lab.ids import uuid_of
from tracenova.lab.settings import Settings
from tracenova.neighbours.keystone.tokens import id_of
from tracenova.scheduler.cases import hosts as case_hosts
from tracenova.scheduler.cases.changes import filters_of, weighers_of
from tracenova.scheduler.cases.world import MULTIPLIERS
from tracenova.scheduler.weights import all_weighers
from tracenova.trace import names

Json = dict[str, Any]
PATIENCE_S = 60
_PLENTY = dict.fromkeys(("instances", "cores", "ram", "server_group_members"), -1)


@contextlib.contextmanager
def cloud_of(case: Json) -> Iterator["CaseCloud"]:
    """Run a cloud made from the case."""
    folder = tempfile.TemporaryDirectory(prefix="tracenova-case-")
    with folder as state, telemetry.recording() as session:
        settings = Settings(Path(state), "fakeredis://")
        with Cloud(_lab(case, _paste_file(Path(state))), settings) as cloud:
            yield CaseCloud(case, cloud, session)


class CaseCloud:
    """The case's hosts as rows, and its requests as POSTs."""

    def __init__(self, case: Json, cloud: Cloud, session: telemetry.Session) -> None:
        self._case = case
        self._cloud = cloud
        self._session = session
        self._seen = 0
        with cloud.as_admin() as context:
            rows = {
                each.flavorid: each.id for each in objects.FlavorList.get_all(context)
            }
            self._flavor_ids = {
                request["flavor"]["id"]: rows[_flavorid(request, case)]
                for request in case["requests"]
            }
            for host in case["hosts"]:
                self._sign_in(context, host)

    def _sign_in(self, context: Any, host: Json) -> None:
        age_s = _age_s(host["service"], self._case)
        now = timeutils.utcnow()
        service = objects.Service(
            context=context,
            host=host["host"],
            binary="nova-compute",
            topic="compute",
            disabled=bool(host["service"].get("disabled")),
            disabled_reason=host["service"].get("disabled_reason"),
            forced_down=bool(host["service"].get("forced_down")),
        )
        service.create()
        service.last_seen_up = now - datetime.timedelta(seconds=age_s)
        service.save()
        node = objects.ComputeNode(context=context, **_node(host))
        node.create()
        node.vcpus_used = node.vcpus_used  # so that the row tells when it changed
        node.save()
        for instance in host["instances"]:
            self._settle(context, host, instance)

    def _settle(self, context: Any, host: Json, instance: Json) -> None:
        kind = instance.get("instance_type_id")
        objects.Instance(
            context=context,
            uuid=instance["uuid"],
            project_id=id_of("project", "demo"),
            user_id="somebody",
            host=host["host"],
            node=host.get("nodename", host["host"]),
            instance_type_id=self._flavor_ids.get(kind, 10_000),
        ).create()

    def ask(self, request: Json, at: int) -> list[str]:
        """POST the request; return the hosts chosen, written ``host|node``.

        None is chosen also where the API already refuses the request.
        """
        client = self._cloud.client()
        try:
            client.call("POST", "/servers", json=self._body(client, request, at))
        except Refused:
            return []
        return [host.replace("/", "|", 1) for host in self._choice()]

    def _choice(self) -> tuple[str, ...]:
        """Wait for the scheduler's next choice."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            choices = [
                span
                for span in self._session.spans
                if span.name == "FilterScheduler._schedule"
            ]
            if len(choices) > self._seen:
                self._seen = len(choices)
                selected: tuple[str, ...] = choices[-1].attributes[names.SELECTED]  # type: ignore[assignment]  # that column holds texts
                return tuple(selected)
            time.sleep(0.02)
        raise AssertionError("the scheduler has not chosen")

    def _body(self, client: Client, request: Json, at: int) -> Json:
        server: Json = {
            "name": f"case-{at}",
            "flavorRef": _flavorid(request, self._case),
            "imageRef": uuid_of("image", f"image-{at}"),
            "networks": "none",
        }
        if request["num_instances"] > 1:
            server["min_count"] = server["max_count"] = request["num_instances"]
        if request.get("availability_zone"):
            server["availability_zone"] = request["availability_zone"]
        hints = dict(request.get("scheduler_hints") or {})
        if request.get("instance_group"):
            hints["group"] = self._group(client, request["instance_group"], at)
        return {"server": server, "os:scheduler_hints": hints}

    def _group(self, client: Client, group: Json, at: int) -> str:
        wanted = {"name": f"group-{at}", "policies": group["policies"]}
        made = client.call("POST", "/os-server-groups", json={"server_group": wanted})
        group_id = str(made["server_group"]["id"])
        with self._cloud.as_admin() as context:
            objects.InstanceGroup.add_members(context, group_id, group["members"])
        return group_id


def _paste_file(folder: Path) -> Path:
    """Write the API's pipeline without its second copy for /v2, which nobody asks."""
    file = folder / "case-paste.ini"
    lines = wsgi.PACKAGED_CONFIG.read_text().splitlines()
    file.write_text("\n".join(line for line in lines if not line.startswith("/v2: ")))
    return file


def _lab(case: Json, paste: Path) -> spec.Lab:
    return spec.Lab(
        name=f"case-{case['case']}",
        aggregates=tuple(_aggregates(case)),
        flavors=tuple(_flavors(case)),
        images=tuple(
            spec.Image(f"image-{at}", properties=request["image"]["properties"])
            for at, request in enumerate(case["requests"])
        ),
        quotas=_PLENTY,
        conf={**_conf(case), "wsgi": {"api_paste_config": str(paste)}},
    )


def _flavors(case: Json) -> Iterator[spec.Flavor]:
    taken: set[str] = set()
    for flavor in _different_flavors(case):
        name = flavor["name"] if flavor["name"] not in taken else f"{flavor['name']}-2"
        taken.add(name)
        yield spec.Flavor(
            name=name,
            memory_mb=flavor["memory_mb"],
            vcpus=flavor["vcpus"],
            disk_gb=flavor["root_gb"],
            ephemeral_gb=flavor["ephemeral_gb"],
            swap_mb=flavor["swap"],
            extra_specs={**flavor["extra_specs"], **_devices(case, flavor)},
        )


def _devices(case: Json, flavor: Json) -> dict[str, str]:
    """Return the extra spec that asks for the PCI devices of the flavor's request."""
    for request in case["requests"]:
        if request["flavor"] == flavor and request.get("pci_requests"):
            wanted = [f"{name}:{count}" for name, count, _ in _aliases(request)]
            return {"pci_passthrough:alias": ",".join(wanted)}
    return {}


def _aliases(request: Json) -> Iterator[tuple[str, int, Json]]:
    for at, wanted in enumerate(request.get("pci_requests") or ()):
        for description in wanted["spec"]:
            yield f"device-{at}", wanted["count"], description


def _different_flavors(case: Json) -> list[Json]:
    found: list[Json] = []
    for request in case["requests"]:
        if request["flavor"] not in found:
            found.append(request["flavor"])
    return found


def _flavorid(request: Json, case: Json) -> str:
    """Return the flavor's id in the API; flavors of a lab are numbered."""
    return str(1 + _different_flavors(case).index(request["flavor"]))


def _aggregates(case: Json) -> Iterator[spec.Aggregate]:
    ours = {request.get("project_id") for request in case["requests"]}
    for host in case["hosts"]:
        for at, aggregate in enumerate(host["aggregates"]):
            metadata = dict(aggregate["metadata"])
            if "filter_tenant_id" in metadata:
                tenants = [
                    each.strip() for each in metadata["filter_tenant_id"].split(",")
                ]
                demo = id_of("project", "demo")
                metadata["filter_tenant_id"] = ",".join(
                    demo if each in ours else each for each in tenants
                )
            yield spec.Aggregate(f"{host['host']}-{at}", (host["host"],), metadata)


def _conf(case: Json) -> dict[str, dict[str, Any]]:
    """Return the nova.conf that has the case's filters, weighers and options."""
    known = new_config()
    ids = {
        (request["image"] or {}).get("id"): uuid_of("image", f"image-{at}")
        for at, request in enumerate(case["requests"])
    }
    weighers = [name for name in sorted(weighers_of(case)) if name in MULTIPLIERS]
    settings = {
        "default_filters": filters_of(case),
        "weight_classes": [_path_of(name) for name in weighers],
        **(case.get("options") or {}),
    }
    aliases = {
        name: {"name": name, **description}
        for request in case["requests"]
        for name, _, description in _aliases(request)
    }
    if aliases:
        (settings["pci_alias"],) = map(json.dumps, aliases.values())
    for name, multiplier in weighers_of(case).items():
        if multiplier is not None and name in MULTIPLIERS:
            settings[MULTIPLIERS[name]] = multiplier
    if images := settings.get("isolated_images"):
        settings["isolated_images"] = [ids.get(each, each) for each in images]
    conf: dict[str, dict[str, Any]] = {}
    for name, value in settings.items():
        group, _, option = name.rpartition(".")
        if option not in (known[group] if group else known):
            option = f"scheduler_{option}"
        conf.setdefault(group or "DEFAULT", {})[option] = value
    return conf


def _path_of(weigher: str) -> str:
    (found,) = (cls for cls in all_weighers() if cls.__name__ == weigher)
    return f"{found.__module__}.{found.__name__}"


def _age_s(service: Json, case: Json) -> float:
    """Return an age that stays on its side of the limit while the test runs."""
    if "last_seen_up" in service:
        heard = service["last_seen_up"] or service.get("updated_at")
        then = case_hosts.naive(heard or service["created_at"])
        age_s = (case_hosts.naive(case["now"]) - then).total_seconds()
    else:
        age_s = service.get("age_s", 0)
    allowed = (case.get("options") or {}).get("service_down_time", 60)
    return 0 if abs(age_s) <= allowed else 100 * allowed


def _node(host: Json) -> Json:
    """Return the row from which the scheduler computes the case's host."""
    node = host.get("nodename", host["host"])
    common = {"host": host["host"], "hypervisor_hostname": node}
    if "compute_node" in host:
        row = dict(host["compute_node"])
        triples = row.pop("supported_instances", None)
    else:
        row = _resources(host)
        triples = host["supported_instances"]
    row.setdefault("host_ip", host.get("host_ip"))
    row["supported_hv_specs"] = [
        objects.HVSpec.from_list(triple) for triple in triples or ()
    ]
    row.setdefault("memory_mb_used", 0)
    return {**_SILENT, **common, **row}


_SILENT: Json = {"cpu_info": "", "metrics": None, "numa_topology": None}


def _resources(host: Json) -> Json:
    state = case_hosts.host_state(host, datetime.datetime(2016, 10, 6))
    counts = {"num_instances": host["num_instances"], "io_workload": host["num_io_ops"]}
    told = {key: str(value) for key, value in {**host["stats"], **counts}.items()}
    row = {
        "memory_mb": host["total_usable_ram_mb"],
        "free_ram_mb": host["free_ram_mb"],
        "local_gb": host["total_usable_disk_gb"],
        "local_gb_used": host["disk_mb_used"] // 1024,
        "free_disk_gb": host["free_disk_mb"] // 1024,
        "disk_available_least": None,
        "vcpus": host["vcpus_total"],
        "vcpus_used": host["vcpus_used"],
        "hypervisor_type": host["hypervisor_type"],
        "hypervisor_version": host["hypervisor_version"] or 0,
        "stats": told,
        "metrics": json.dumps([{**each, **_MEASURED} for each in host["metrics"]]),
        "cpu_info": host.get("cpu_info") or "",
        **{name: host.get(name) or 0.0 for name in _RATIOS},
    }
    if state.numa_topology is not None:
        row["numa_topology"] = state.numa_topology._to_json()
    if state.pci_stats is not None:
        row["pci_device_pools"] = objects.PciDevicePoolList(
            objects=[objects.PciDevicePool(**pool) for pool in host["pci_pools"]]
        )
    return row


_RATIOS = ("ram_allocation_ratio", "cpu_allocation_ratio", "disk_allocation_ratio")
_MEASURED = {"timestamp": "2016-10-06T12:00:00.000000", "source": "case"}
