"""Where nova-api listens, and which paste file describes its pipeline.

Nova: nova/conf/wsgi.py, nova/conf/service.py (osapi_compute_*). Left out: TLS,
eventlet pool and log format options; http_server.py serves here.
"""

from oslo_config import cfg

DEFAULT_OPTS = [
    cfg.StrOpt(
        "osapi_compute_listen",
        default="0.0.0.0",
        help="Address on which the compute API listens.",
    ),
    cfg.PortOpt(
        "osapi_compute_listen_port",
        default=8774,
        help="Port on which the compute API listens.",
    ),
    cfg.IntOpt(
        "osapi_compute_workers",
        min=1,
        help="Threads that answer requests; the number of CPUs by default. "
        "Nova starts as many processes.",
    ),
]

WSGI_OPTS = [
    cfg.StrOpt(
        "api_paste_config",
        default="api-paste.ini",
        deprecated_group="DEFAULT",
        help="The paste file; without one of this name, the packaged file.",
    ),
    cfg.StrOpt(
        "secure_proxy_ssl_header",
        deprecated_group="DEFAULT",
        help="Header by which a TLS proxy tells the original scheme.",
    ),
    cfg.IntOpt(
        "client_socket_timeout",
        default=900,
        min=0,
        deprecated_group="DEFAULT",
        help="Seconds after which an idle connection is closed.",
    ),
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options known to the configuration."""
    conf.register_opts(DEFAULT_OPTS)
    conf.register_opts(WSGI_OPTS, group="wsgi")
