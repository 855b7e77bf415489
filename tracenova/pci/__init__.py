"""PCI devices for guests: what a flavor asks for.

Nova: nova/pci/__init__.py
"""
