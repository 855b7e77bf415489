"""Pictures of nodes and edges: topology, states, calls."""
