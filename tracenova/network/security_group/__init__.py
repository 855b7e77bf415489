"""Security groups, which are neutron's.

Nova: nova/network/security_group/__init__.py
"""
