"""Fills a started cloud with what the lab file lists: flavors, images, networks."""

from pathlib import Path

from tracenova import objects
from tracenova.context import RequestContext
from tracenova.lab import files, spec
from tracenova.lab.contradictions import QUOTA_ALIASES
from tracenova.lab.guest import Guest
from tracenova.lab.ids import uuid_of
from tracenova.lab.neighbourhood import Neighbourhood
from tracenova.lab.settings import Settings
from tracenova.neighbours.keystone.tokens import id_of

CELL_NAME = "cell1"


def create_flavors(context: RequestContext, lab: spec.Lab) -> None:
    """Create the lab's flavors in the API database."""
    for number, flavor in enumerate(lab.flavors, start=1):
        objects.Flavor(
            context=context,
            flavorid=str(number),
            name=flavor.name,
            memory_mb=flavor.memory_mb,
            vcpus=flavor.vcpus,
            root_gb=flavor.disk_gb,
            ephemeral_gb=flavor.ephemeral_gb,
            swap=flavor.swap_mb,
            rxtx_factor=1.0,
            vcpu_weight=0,
            disabled=False,
            is_public=True,
            extra_specs=dict(flavor.extra_specs),
            projects=[],
        ).create()


def check_image_files(lab: spec.Lab) -> None:
    """Make sure that the files which the lab's images name can be read.

    Raises:
        LabError: one cannot.
    """
    for index, image in enumerate(lab.images):
        try:
            if image.file is not None:
                with Path(image.file).expanduser().open("rb"):
                    pass
        except (OSError, RuntimeError) as error:
            at = files.place_of(lab, "images", index, "file")
            reason = getattr(error, "strerror", None) or error
            raise files.LabError(
                f"{at}: image {image.name!r}: {image.file}: {reason}"
            ) from None


def create_images(
    around: Neighbourhood, lab: spec.Lab, guest: Guest | None = None
) -> None:
    """Upload the lab's images to glance, as the admin.

    Args:
        around: has the glance.
        lab: lists the images.
        guest: what an image without a file of its own is, where guests are real.
    """
    owner = id_of("project", "admin")
    boots = {} if guest is None else _upload_kernel(around, guest, owner)
    for image in lab.images:
        data = bytes(image.size_kb * 1024)
        if image.file is not None:
            data = Path(image.file).expanduser().read_bytes()
        elif guest is not None:
            data = guest.disk.read_bytes()
        around.glance.add(
            {
                "id": uuid_of("image", image.name),
                "name": image.name,
                "disk_format": image.disk_format,
                "min_disk": image.min_disk_gb,
                "min_ram": image.min_ram_mb,
                **({} if image.file is not None else boots),
                **image.properties,
            },
            data,
            owner,
        )


def _upload_kernel(around: Neighbourhood, guest: Guest, owner: str) -> dict[str, str]:
    """Upload the guest's kernel and ramdisk; return the properties that name them."""
    ids = {}
    for name, disk_format in (("kernel", "aki"), ("ramdisk", "ari")):
        described = {
            "id": uuid_of("image", f"guest {name}"),
            "name": f"guest-{name}",
            "disk_format": disk_format,
            "container_format": disk_format,
        }
        data = getattr(guest, name).read_bytes()
        ids[f"{name}_id"] = around.glance.add(described, data, owner)
    return {
        **ids,
        "os_command_line": "console=tty0 console=ttyS0 quiet panic=-1",
        "img_config_drive": "mandatory",
    }


def create_networks(around: Neighbourhood, lab: spec.Lab) -> None:
    """Create the lab's networks in neutron, for the demo project."""
    owner = id_of("project", "demo")
    store = around.neutron.store
    for network in lab.networks:
        created = store.add_network(
            {
                "id": uuid_of("network", network.name),
                "name": network.name,
                "shared": network.shared,
            },
            owner,
        )
        store.add_subnet(
            {
                "id": uuid_of("subnet", network.name),
                "name": f"{network.name}-subnet",
                "network_id": created["id"],
                "cidr": network.cidr,
            },
            owner,
        )


def set_quotas(context: RequestContext, lab: spec.Lab) -> None:
    """Give the demo project the lab's limits."""
    for name, limit in lab.quotas.items():
        resource = QUOTA_ALIASES.get(name, name)
        objects.Quotas.create_limit(context, id_of("project", "demo"), resource, limit)


def create_aggregates(context: RequestContext, lab: spec.Lab) -> None:
    """Create the lab's host aggregates, and one for each availability zone."""
    zones: dict[str, list[str]] = {}
    for host in lab.hosts:
        if host.az is not None:
            zones.setdefault(host.az, []).append(host.name)
    by_zone = [
        spec.Aggregate(f"az-{zone}", tuple(hosts), {"availability_zone": zone})
        for zone, hosts in zones.items()
    ]
    for aggregate in (*by_zone, *lab.aggregates):
        created = objects.Aggregate(
            context=context, name=aggregate.name, metadata=dict(aggregate.metadata)
        )
        created.create()
        for name in aggregate.hosts:
            created.add_host(name)


def create_cell(context: RequestContext, settings: Settings) -> objects.CellMapping:
    """Create the mapping of the only cell."""
    cell = objects.CellMapping(
        context=context,
        uuid=uuid_of("cell", CELL_NAME),
        name=CELL_NAME,
        database_connection=str(settings.base_options()["database"]["connection"]),
        transport_url=settings.transport_url,
    )
    cell.create()
    return cell


def map_host(context: RequestContext, cell: objects.CellMapping, host: str) -> None:
    """Say which cell a compute host is in, as ``nova-manage cell_v2`` does."""
    objects.HostMapping(context=context, host=host, cell_mapping=cell).create()
