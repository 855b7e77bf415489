"""Hypervisors: where a server becomes a guest.

Nova: nova/virt/__init__.py
"""
