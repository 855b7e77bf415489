"""自己的一个称重器：装得下的最小空隙。

把服务器摊开的人，在小服务器上浪费大主机，等大的来了就没有了。所以：优先选剩下空闲内存最少的
主机。但不是真正空着的内存（超分）比任何真正空着的都差：在都得超分的主机之间，超分最少的最好。
"""

from tracenova.scheduler import weights


class BestFitWeigher(weights.BaseHostWeigher):
    """给服务器会留下的空隙称重。"""

    def weight_multiplier(self):
        return 1.0

    def _weigh_object(self, host_state, weight_properties):
        # TODO：一个数，越大越好。weight_properties 是 RequestSpec。
        return 0.0
