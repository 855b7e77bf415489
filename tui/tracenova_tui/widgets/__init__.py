"""Widgets: thin painters of sheets and of the player."""
