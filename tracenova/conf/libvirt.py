"""The libvirt driver's own options.

Nova: nova/conf/libvirt.py (those of a boot; virt_type also knows ``test``, libvirt's
own mock hypervisor). The last three are the lab's: on one libvirt several hosts and
several labs may live, beside a user's own guests, and nobody need be root.
"""

from oslo_config import cfg

OPTS = [
    cfg.StrOpt(
        "virt_type",
        default="kvm",
        choices=("kvm", "lxc", "qemu", "uml", "xen", "parallels", "test"),
        help="Kind of guest; test only with a test:/// connection.",
    ),
    cfg.StrOpt(
        "connection_uri",
        default="",
        help="Overrides the URI that virt_type implies (kvm, qemu: qemu:///system).",
    ),
    cfg.IntOpt(
        "inject_partition",
        default=-2,
        min=-2,
        help="Partition for file injection; -2: none at all.",
    ),
    cfg.StrOpt(
        "cpu_mode",
        choices=("host-model", "host-passthrough", "custom", "none"),
        help="CPU of guests; unset: host-model with kvm or qemu, else none.",
    ),
    cfg.StrOpt("cpu_model", help="CPU model for cpu_mode=custom."),
    cfg.ListOpt(
        "disk_cachemodes", default=[], help="Cache modes: file=writeback,block=none …"
    ),
    cfg.ListOpt("hw_machine_type", help="Machine types: x86_64=pc,aarch64=virt …"),
    cfg.StrOpt(
        "sysinfo_serial",
        default="auto",
        choices=("none", "os", "hardware", "auto"),
        help="Where the host's serial number for guests comes from.",
    ),
    cfg.IntOpt(
        "mem_stats_period_seconds",
        default=10,
        help="Period of the balloon's statistics; <= 0: none.",
    ),
    cfg.StrOpt(
        "images_type",
        default="default",
        choices=("raw", "qcow2", "default"),
        help="Kind of disk: default means qcow2 if use_cow_images, else raw.",
    ),
    cfg.StrOpt("disk_prefix", help="Device name prefix that overrides the bus's own."),
    cfg.BoolOpt(
        "use_virtio_for_bridges", default=True, help="Network cards are virtio."
    ),
    cfg.IntOpt(
        "wait_soft_reboot_seconds",
        default=120,
        help="Seconds to wait for a guest that reboots politely.",
    ),
    cfg.StrOpt(
        "mark",
        default="",
        help="Owner that guests name in their metadata; no others are ever touched.",
    ),
    cfg.BoolOpt(
        "user_mode_network",
        default=False,
        help="QEMU itself is the guests' network: needs neither root nor a bridge.",
    ),
    cfg.DictOpt(
        "network_bridges",
        default={},
        help="Bridge (or network/NAME of libvirt) by the network's name.",
    ),
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options known to the configuration."""
    conf.register_opts(OPTS, group="libvirt")
