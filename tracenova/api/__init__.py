"""nova-api: what users talk to.

Nova: nova/api/
"""
