"""The smallest gap that fits."""

from tracenova.scheduler import weights

OVERCOMMITTED = 1_000_000  # MB: more than any gap


class BestFitWeigher(weights.BaseHostWeigher):
    """Weighs the gap that a server would leave."""

    def weight_multiplier(self):
        """Count as Nova's own weighers do."""
        return 1.0

    def _weigh_object(self, host_state, weight_properties):
        gap_mb = host_state.free_ram_mb - weight_properties.memory_mb
        return -gap_mb if gap_mb >= 0 else gap_mb - OVERCOMMITTED
