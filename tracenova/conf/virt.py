"""Which hypervisor driver runs, and what is common to all of them.

Nova: nova/conf/virt.py (options of a boot; compute_driver has the lab's default, Nova
has none), [vnc] reduced to what the guest's XML shows.
"""

from oslo_config import cfg

OPTS = [
    cfg.StrOpt(
        "compute_driver",
        default="fake.FakeDriver",
        help="Driver below tracenova.virt: fake.FakeDriver or libvirt.LibvirtDriver.",
    ),
    cfg.StrOpt("vcpu_pin_set", help="Which processors guests may use: 4-12,^8,15."),
    cfg.StrOpt("default_ephemeral_format", help="File system of ephemeral disks."),
    cfg.BoolOpt(
        "use_cow_images",
        default=True,
        help="Disks are qcow2 overlays of cached images.",
    ),
    cfg.BoolOpt(
        "force_raw_images", default=True, help="Cached images are converted to raw."
    ),
    cfg.BoolOpt(
        "vif_plugging_is_fatal",
        default=True,
        help="A server whose network is not ready in time fails.",
    ),
    cfg.IntOpt(
        "vif_plugging_timeout",
        default=300,
        min=0,
        help="Seconds to wait for network-vif-plugged; 0: do not wait.",
    ),
    cfg.StrOpt(
        "image_cache_subdirectory_name",
        default="_base",
        help="Folder of cached images below instances_path.",
    ),
    cfg.StrOpt(
        "pointer_model",
        default="usbtablet",
        choices=[None, "ps2mouse", "usbtablet"],
        help="Pointing device of guests.",
    ),
    cfg.BoolOpt(
        "flat_injected", default=False, help="Inject network settings into the guest."
    ),
]

CONFIG_DRIVE_OPTS = [
    cfg.StrOpt(
        "config_drive_format",
        default="iso9660",
        choices=("iso9660", "vfat"),
        help="File system of config drives; only iso9660 can be made here.",
    ),
    cfg.BoolOpt(
        "force_config_drive", default=False, help="Every guest has a config drive."
    ),
    cfg.StrOpt(
        "mkisofs_cmd", default="genisoimage", help="Program that makes config drives."
    ),
    cfg.StrOpt("dhcp_domain", default="novalocal", help="Domain of guests' names."),
    cfg.BoolOpt("use_ipv6", default=False, help="Guests hear of IPv6 networks."),
]

VNC_OPTS = [
    cfg.BoolOpt("enabled", default=True, help="Guests have a VNC screen."),
    cfg.StrOpt("keymap", default="en-us", help="Keyboard layout of the screen."),
    cfg.StrOpt(
        "vncserver_listen", default="127.0.0.1", help="Address the screen listens on."
    ),
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options known to the configuration."""
    conf.register_opts(OPTS)
    conf.register_opts(CONFIG_DRIVE_OPTS)
    conf.register_opts(VNC_OPTS, group="vnc")
