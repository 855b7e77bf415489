"""Reads the student's XML as libvirt would, then lets libvirt read it."""

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from tracenova.lesson.attempt import Attempt
from tracenova.lesson.findings import Finding

_NOVA = "{http://openstack.org/xmlns/libvirt/nova/1.0}name"
_KIB = {"k": 1, "KiB": 1, "M": 1024, "MiB": 1024, "G": 1024**2, "GiB": 1024**2}
_SHOWN = 'R&D <b>"one"</b>'


def _server(number: int, name: str, vifs: int, size: int = 1) -> dict[str, Any]:
    uuid = f"5d0b2c1e-0000-4000-8000-{number:012x}"
    return {
        "id": number,
        "uuid": uuid,
        "name": name,
        "memory_mb": 2048 * size,
        "vcpus": 2 * size,
        "disk": f"/var/lib/nova/instances/{uuid}/disk",
        "vifs": [
            {
                "mac": f"fa:16:3e:00:{number % 256:02x}:{each:02x}",
                "tap": f"tap{number:08x}-{each:02x}",
                "bridge": "br-int",
            }
            for each in range(vifs)
        ],
    }


def check(attempt: Attempt) -> Iterator[Finding]:
    """Yield what is right about the domain of a plain server, and of odd ones."""
    plain, odd = _server(26, "my web server", 1), _server(27, _SHOWN, 1)
    two, none = _server(300, "two cards", 2, size=2), _server(301, "no card", 0)
    servers = [[server] for server in (plain, odd)]
    said = [str(xml) for xml in attempt.calls("exercise.py", "domain_xml", servers)]
    domain, error = _read(said[0])
    yield attempt.holds("xml", domain is not None, error=error)
    if domain is None:
        return
    yield from _plain(attempt, plain, domain)
    found, error = _read(said[1])
    shown = "" if found is None else _text(found, f"metadata//{_NOVA}")
    what = error or f"nova:name says {shown!r}."
    yield attempt.holds("escaped", shown == _SHOWN, wanted=_SHOWN, what=what)
    xml = str(attempt.call("exercise.py", "domain_xml", two))
    yield _vifs(attempt, two, xml)
    yield _vifs(attempt, none, str(attempt.call("exercise.py", "domain_xml", none)))
    tried = attempt.helper("hypervisor.py", "start", xml)
    key = "defined" if tried["tried"] else "untried"
    yield attempt.holds(key, not tried["error"], error=tried["error"])


def _plain(
    attempt: Attempt, server: dict[str, Any], domain: ElementTree.Element
) -> Iterator[Finding]:
    name, identity = _text(domain, "name"), server["id"]
    yield attempt.holds(
        "name", name == f"instance-{identity:08x}", name=name, id=identity
    )
    mib, wanted = _mib(domain), server["memory_mb"]
    yield attempt.holds("memory", mib == wanted, mib=f"{mib:g}", wanted=wanted)
    vcpus, wanted = _text(domain, "vcpu"), server["vcpus"]
    yield attempt.holds("vcpus", vcpus == str(wanted), vcpus=vcpus, wanted=wanted)
    shown, wanted = _text(domain, f"metadata//{_NOVA}"), server["name"]
    yield attempt.holds("shown", shown == wanted, name=shown, wanted=wanted)


def _vifs(attempt: Attempt, server: dict[str, Any], xml: str) -> Finding:
    domain, _ = _read(xml)
    path = "devices/interface/mac"
    macs = (
        [] if domain is None else [mac.get("address") for mac in domain.findall(path)]
    )
    wanted = [vif["mac"] for vif in server["vifs"]]
    shown = ", ".join(str(mac) for mac in macs) or "none"
    return attempt.holds("vifs", macs == wanted, wanted=len(wanted), macs=shown)


def _read(xml: str) -> tuple[ElementTree.Element | None, str]:
    try:
        return ElementTree.fromstring(xml), ""  # the student's own, without a network
    except ElementTree.ParseError as error:
        return None, f"It is not XML: {error}."


def _text(domain: ElementTree.Element, path: str) -> str:
    return (domain.findtext(path) or "").strip()


def _mib(domain: ElementTree.Element) -> float:
    memory = domain.find("memory")
    unit = "KiB" if memory is None else memory.get("unit", "KiB")
    try:
        return int(_text(domain, "memory")) * _KIB.get(unit, 1) / 1024
    except ValueError:
        return 0.0
