"""Where this service is: its host name, address, state folder, network back end.

Nova: nova/conf/netconf.py, nova/conf/paths.py
"""

import tempfile
from pathlib import Path

from oslo_config import cfg

OPTS = [
    cfg.StrOpt("my_ip", default="127.0.0.1", help="IP address of this host."),
    cfg.StrOpt("host", default="tracenova", help="Name of this node."),
    cfg.BoolOpt(
        "use_neutron",
        default=True,
        help="Use neutron. Newton's default is False (nova-network), which is gone here.",
    ),
    cfg.StrOpt(
        "state_path",
        default=str(Path(tempfile.gettempdir()) / "tracenova"),
        help="Folder for the state that survives a restart of a service.",
    ),
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options known to the configuration."""
    conf.register_opts(OPTS)
