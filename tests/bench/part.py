"""One process of the fleet that ``test_fleet_bench`` measures: started, not recorded.

``python -m tests.bench.part '{"roles": ["compute"], …}'`` prints ``ready`` and stops at
SIGTERM. ``tracenova service`` is the same with a trace.
"""

import dataclasses
import json
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from tracenova.lab import apart, files, spec
from tracenova.lab.front_door import PREFIXES, FrontDoor
from tracenova.lab.parts_apart import NEIGHBOURS, PartApart
from tracenova.lab.settings import Settings

_MANY = {"instances": 100_000, "cores": 100_000, "ram": 100_000_000}


def lab_of(hosts: int) -> spec.Lab:
    """Return a lab of so many equal hosts with room for all."""
    return dataclasses.replace(
        files.load("default"),
        hosts=tuple(
            spec.Host(f"compute{n}", memory_mb=1 << 20, vcpus=512, disk_gb=4096)
            for n in range(1, hosts + 1)
        ),
        networks=(spec.Network("private", cidr="10.0.0.0/16"),),
        quotas=_MANY,
        service_password="bench",
    )


def urls_of(neighbours: str, nova: str) -> dict[str, str]:
    """Return where each service answers, from the two doors."""
    around = {name: neighbours + PREFIXES[name] for name in NEIGHBOURS}
    return {**around, "nova": nova + PREFIXES["nova"]}


def run(plan: dict[str, Any]) -> None:
    """Run the service until SIGTERM; ``manage`` ends by itself."""
    apart.let_others_finish()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    doors = {role: FrontDoor("127.0.0.1", port) for role, port in plan["ports"].items()}
    urls = urls_of(plan["neighbours"], plan["nova"])
    settings = Settings(Path(plan["state"]), plan["transport_url"], urls=urls)
    part = PartApart(
        lab_of(plan["number_of_hosts"]),
        settings,
        plan["roles"],
        hosts=plan["hosts"],
        doors=doors,
        virt="fake",
        narrate=lambda line: print(line, file=sys.stderr),
    )
    part.prepare()
    with part:
        part.around.neutron.port_quota = 100_000
        print("ready", flush=True)
        if plan["roles"] != ["manage"]:
            stop.wait()
        for door in doors.values():
            door.close()


if __name__ == "__main__":
    run(json.loads(sys.argv[1]))
