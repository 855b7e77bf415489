"""Keeps a quarter of every host's memory free."""

from tracenova.scheduler import filters


class SpareMemoryFilter(filters.BaseHostFilter):
    """Passes hosts that would keep a quarter of their memory free."""

    def host_passes(self, host_state, spec_obj):
        """Compare what would be left with a quarter of what there is."""
        if spec_obj.get_scheduler_hint("spare") == "no":
            return True
        left_mb = host_state.free_ram_mb - spec_obj.memory_mb
        needed_mb = host_state.total_usable_ram_mb / 4
        if left_mb >= needed_mb:
            return True
        return filters.refuse(
            "would keep %(left)d MB free, a quarter is %(needed)d MB",
            left=left_mb,
            needed=needed_mb,
        )
