"""Guests by libvirt.

Nova: nova/virt/libvirt/__init__.py
"""

from tracenova.virt.libvirt.driver import LibvirtDriver

__all__ = ["LibvirtDriver"]
