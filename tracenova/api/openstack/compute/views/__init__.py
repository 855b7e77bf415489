"""How the answers of the compute API look.

Nova: nova/api/openstack/compute/views/
"""
