"""A weigher of your own: the smallest gap that fits.

Who spreads servers wastes big hosts on small servers, and has none left for a big one. So:
prefer the host on which the least free memory would be left over. But memory that is not
really free (overcommit) is worse than any that is: among hosts that would have to
overcommit, the one that overcommits least is best.
"""

from tracenova.scheduler import weights


class BestFitWeigher(weights.BaseHostWeigher):
    """Weighs the gap that a server would leave."""

    def weight_multiplier(self):
        return 1.0

    def _weigh_object(self, host_state, weight_properties):
        # TODO: a number, the larger the better. weight_properties is the RequestSpec.
        return 0.0
