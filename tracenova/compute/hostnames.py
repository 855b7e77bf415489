"""Names for servers and the guests inside: display name, host name, reservation id.

Nova: nova/utils.py [sanitize_hostname, generate_uid]; nova/compute/api.py
[_default_display_name, _default_host_name, _new_instance_name_from_template]
"""

import logging
import random
import re

from tracenova.conf import CONF

LOG = logging.getLogger(__name__)

MAX_HOSTNAME = 63  # what dnsmasq takes
_UID_CHARACTERS = "01234567890abcdefghijklmnopqrstuvwxyz"


def sanitize_hostname(hostname: str, default_name: str | None = None) -> str:
    """Return a host name by the rules of RFC 952 and 1123, of 63 characters at most.

    Args:
        hostname: anything; spaces and underscores become hyphens, the rest goes.
        default_name: used if nothing is left.

    Nova: nova/utils.py sanitize_hostname
    """
    name = _truncate(hostname.encode("latin-1", "ignore").decode("latin-1"))
    name = re.sub(r"[ _]", "-", name)
    name = re.sub(r"[^a-zA-Z0-9.-]+", "", name).lower().strip(".-")
    if not name and default_name is not None:
        return _truncate(default_name)
    return name


def _truncate(name: str) -> str:
    if len(name) > MAX_HOSTNAME:
        LOG.warning("Hostname %s is longer than %d, cut", name, MAX_HOSTNAME)
    return name[:MAX_HOSTNAME]


def generate_uid(topic: str, size: int = 8) -> str:
    """Return an id for people, like ``r-3kq0fz1a``.

    Nova: nova/utils.py generate_uid
    """
    characters = random.choices(_UID_CHARACTERS, k=size)
    return f"{topic}-{''.join(characters)}"


def default_display_name(instance_uuid: str) -> str:
    """Return the name of a server whose user gave none.

    Nova: nova/compute/api.py _default_display_name
    """
    return f"Server {instance_uuid}"


def default_host_name(instance_uuid: str) -> str:
    """Return the host name of a guest whose server's name has no usable character.

    Nova: nova/compute/api.py _default_host_name
    """
    return f"Server-{instance_uuid}"


def name_from_template(uuid: str, display_name: str, index: int) -> str:
    """Return the name of one of many: by default name-1, name-2 and so on.

    Nova: nova/compute/api.py _new_instance_name_from_template
    """
    params = {"uuid": uuid, "name": display_name, "count": index + 1}
    try:
        return str(CONF.multi_instance_display_name_template % params)
    except (KeyError, TypeError):
        LOG.exception("multi_instance_display_name_template cannot be filled")
        return display_name
