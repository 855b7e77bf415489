"""Networks by neutron. Nova: nova/network/neutronv2/__init__.py."""
