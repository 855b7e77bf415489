"""PCI devices for guests.

Nova: nova/conf/pci.py
Left out: pci_passthrough_whitelist; the drivers here report no devices.
"""

from oslo_config import cfg

PCI_OPTS = [
    cfg.MultiStrOpt(
        "pci_alias",
        default=[],
        deprecated_opts=[cfg.DeprecatedOpt("alias", group="pci")],
        help="JSON description of devices with a name that flavors may ask for.",
    ),
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options known to the configuration."""
    conf.register_opts(PCI_OPTS)
