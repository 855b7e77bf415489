"""nova-compute: builds, runs and deletes the guests of one host.

Nova's manager is one file of 7000 lines. Here each of its jobs is a module of this
folder, and this one puts them together:

==================  ==========================================================
build               receives a build, limits concurrency, decides its end
build_guest         claim, group policy, resources, spawn
build_resources     networks and disks of a build, and their clean-up
build_failed        reschedule, fail, abort
build_errors        which exception means what
networking          allocation in the background
block_devices       device names, volumes
shutdown            takes a guest off the host
terminate           deletes a server
power, power_sync   stop, start, reboot; hypervisor against database
pausing             pause, suspend, and back; changed metadata
volumes             attaches and detaches volumes
interfaces          attaches and detaches network cards, addresses
snapshot            uploads a guest's disk as an image
rebuild             makes a guest anew from an image
external_events     what neutron told nova-api
init_instance       restart of the service
periodic            what happens by the clock
==================  ==========================================================

Nova: nova/compute/manager.py
"""

import threading
from typing import Any

import oslo_messaging as messaging

from tracenova import compute, conductor, image, network
from tracenova.compute import utils as compute_utils
from tracenova.compute.events import ComputeVirtAPI, InstanceEvents
from tracenova.compute.external_events import ExternalEventsMixin
from tracenova.compute.init_instance import InitInstanceMixin
from tracenova.compute.interfaces import InterfacesMixin
from tracenova.compute.periodic import PeriodicMixin
from tracenova.compute.rebuild import RebuildMixin
from tracenova.compute.snapshot import SnapshotMixin
from tracenova.conf import CONF
from tracenova.scheduler import client as scheduler_client
from tracenova.virt import driver as virt_driver
from tracenova.volume import cinder


class ComputeManager(
    PeriodicMixin,
    RebuildMixin,
    InitInstanceMixin,
    ExternalEventsMixin,
    InterfacesMixin,
    SnapshotMixin,
):
    """What a compute does when it is told to, or when its time has come.

    Args:
        compute_driver: the driver's name; default: the configuration's.
        host: the host it is the compute of.
        resources: the host's size, in a lab; default: what the hypervisor says.

    Nova: nova/compute/manager.py ComputeManager
    """

    target = messaging.Target(version="4.13")

    def __init__(
        self,
        compute_driver: str | None = None,
        host: str | None = None,
        *,
        resources: virt_driver.HostResources | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("service_name", "compute")
        super().__init__(host=host, **kwargs)
        self._read_spacing()
        self.virtapi = ComputeVirtAPI(self)
        self.network_api = network.API()
        self.volume_api = cinder.API()
        self.image_api = image.API()
        self.compute_api = compute.API()
        self.compute_task_api = conductor.ComputeTaskAPI()
        self.scheduler_client = scheduler_client.SchedulerClient()
        self.instance_events = InstanceEvents()
        self.send_instance_updates = CONF.scheduler_tracks_instance_changes
        self._resource_tracker_dict = {}
        self._sync_power_pool = threading.Semaphore(CONF.sync_power_state_pool_size)
        self._syncs_in_progress = {}
        self._instance_uuids_to_heal = []
        self._build_semaphore = _build_semaphore(CONF.max_concurrent_builds)
        # last: the driver may call back through the virtapi
        self.driver = virt_driver.load_compute_driver(
            self.virtapi, compute_driver, host=self.host, resources=resources
        )


def _build_semaphore(limit: int) -> Any:
    """Return what lets so many builds in at a time; 0: all of them."""
    return threading.Semaphore(limit) if limit else compute_utils.UnlimitedSemaphore()
