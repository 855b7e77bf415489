"""neutron: networks and ports. Networking API v2.0, and the agent that wires ports."""
