"""What the bodies of requests look like, per resource and version.

Nova: nova/api/openstack/compute/schemas/
"""
