"""News about servers for whoever listens.

Nova: nova/notifications/__init__.py
"""

from tracenova.notifications.base import send_update, send_update_with_states

__all__ = ["send_update", "send_update_with_states"]
