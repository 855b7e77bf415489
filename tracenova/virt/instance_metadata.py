"""What a guest is told about itself, as files of a config drive.

Nova: nova/api/metadata/base.py InstanceMetadata. It stands here because the driver
alone uses it; the metadata service is left out, and with it names of security groups,
vendor data of one's own, and EC2 ids that need a database.
"""

import base64
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from oslo_serialization import jsonutils

from tracenova import availability_zones as az
from tracenova import context as nova_context
from tracenova import objects
from tracenova.conf import CONF
from tracenova.network import model
from tracenova.virt import netutils

GRIZZLY, HAVANA, LIBERTY = "2013-04-04", "2013-10-17", "2015-10-15"
NEWTON_ONE, NEWTON_TWO = "2016-06-30", "2016-10-06"
OPENSTACK_VERSIONS: Final = (
    *("2012-08-10", GRIZZLY, HAVANA, LIBERTY, NEWTON_ONE, NEWTON_TWO),
)
EC2_VERSION: Final = "2009-04-04"

Json = dict[str, Any]


class InstanceMetadata:
    """Everything a guest may know, collected once.

    Args:
        instance: the server.
        content: path and content of files to inject.
        extra_md: what else to tell, such as the administrator's password.
        network_info: its network cards; default: those it is known to have.

    Nova: nova/api/metadata/base.py InstanceMetadata
    """

    def __init__(
        self,
        instance: Any,
        content: Sequence[tuple[str, bytes]] = (),
        extra_md: Mapping[str, str] | None = None,
        network_info: Iterable[model.VIF] | None = None,
    ) -> None:
        self.instance = instance
        self.extra_md = dict(extra_md or {})
        if network_info is None:
            network_info = instance.info_cache.network_info
        self.network_info = list(network_info)
        self.availability_zone = az.get_instance_availability_zone(
            nova_context.get_admin_context(), instance
        )
        self.userdata_raw = (
            base64.b64decode(instance.user_data) if instance.user_data else None
        )
        self.content: dict[str, bytes] = {}
        self.files: list[Json] = []
        for path, data in content:
            key = f"{len(self.content):04}"
            self.files.append({"path": path, "content_path": f"/content/{key}"})
            self.content[key] = data

    def metadata_for_config_drive(self) -> Iterator[tuple[str, bytes]]:
        """Yield path and content of every file of the drive.

        Nova: nova/api/metadata/base.py InstanceMetadata.metadata_for_config_drive
        """
        for version in (EC2_VERSION, "latest"):
            yield f"ec2/{version}/meta-data.json", _json(self.get_ec2_metadata())
            if self.userdata_raw is not None:
                yield f"ec2/{version}/user-data", self.userdata_raw
        for version in (*OPENSTACK_VERSIONS, "latest"):
            yield from self._openstack_files(version)
        for key, data in self.content.items():
            yield f"openstack/content/{key}", data

    def _openstack_files(self, version: str) -> Iterator[tuple[str, bytes]]:
        folder = f"openstack/{version}"
        since = OPENSTACK_VERSIONS[-1] if version == "latest" else version
        yield f"{folder}/meta_data.json", _json(self._metadata(since))
        if self.userdata_raw is not None:
            yield f"{folder}/user_data", self.userdata_raw
        if since >= HAVANA:
            yield f"{folder}/vendor_data.json", _json({})
        if since >= LIBERTY:
            networks = netutils.get_network_metadata(self.network_info)
            yield f"{folder}/network_data.json", _json(networks or {})
        if since >= NEWTON_TWO:
            yield f"{folder}/vendor_data2.json", _json({"static": {}})

    def get_ec2_metadata(self) -> Json:
        """Return what Amazon's guests expect, as far as it is known.

        Nova: nova/api/metadata/base.py InstanceMetadata.get_ec2_metadata
        """
        fixed = [ip["address"] for vif in self.network_info for ip in vif.fixed_ips()]
        floating = [
            ip["address"] for vif in self.network_info for ip in vif.floating_ips()
        ]
        hostname = self._get_hostname()
        return {
            "ami-launch-index": self.instance.launch_index,
            "ami-manifest-path": "FIXME",
            "hostname": hostname,
            "instance-action": "none",
            "instance-id": f"i-{self.instance.id:08x}",
            "instance-type": self.instance.flavor.name,
            "local-hostname": hostname,
            "local-ipv4": next((ip for ip in fixed if "." in str(ip)), ""),
            "placement": {"availability-zone": self.availability_zone},
            "public-hostname": hostname,
            "public-ipv4": next(iter(floating), ""),
            "reservation-id": self.instance.reservation_id,
        }

    def _metadata(self, version: str) -> Json:
        metadata: Json = {"uuid": self.instance.uuid}
        if self.instance.metadata:
            metadata["meta"] = dict(self.instance.metadata)
        if self.files:
            metadata["files"] = self.files
        metadata.update(self.extra_md)
        metadata.update(self._keys())
        metadata["hostname"] = self._get_hostname()
        metadata["name"] = self.instance.display_name
        metadata["launch_index"] = self.instance.launch_index
        metadata["availability_zone"] = self.availability_zone
        if version >= GRIZZLY:
            metadata["random_seed"] = base64.b64encode(os.urandom(512)).decode()
        if version >= LIBERTY:
            metadata["project_id"] = self.instance.project_id
        if version >= NEWTON_ONE:
            metadata["devices"] = self._devices()
        return metadata

    def _keys(self) -> Json:
        keypairs = self.instance.keypairs if self.instance.key_name else None
        if not keypairs:
            return {}
        key = keypairs[0]
        shown = {"name": key.name, "type": key.type, "data": key.public_key}
        return {"public_keys": {key.name: key.public_key}, "keys": [shown]}

    def _devices(self) -> list[Json]:
        tagged = self.instance.device_metadata
        return [_device(each) for each in tagged.devices] if tagged else []

    def _get_hostname(self) -> str:
        domain = f".{CONF.dhcp_domain}" if CONF.dhcp_domain else ""
        return f"{self.instance.hostname}{domain}"


def _device(device: Any) -> Json:
    """Return a tagged device; buses and addresses are unknown here."""
    where = {"bus": "none", "address": "none", "tags": device.tags}
    if isinstance(device, objects.NetworkInterfaceMetadata):
        return {"type": "nic", "mac": device.mac, **where}
    return {"type": "disk", **where}


def _json(document: Json) -> bytes:
    return jsonutils.dump_as_bytes(document)
