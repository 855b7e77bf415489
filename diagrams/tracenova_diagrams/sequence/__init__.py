"""Who asked whom for what, from top to bottom: lifelines and arrows."""
