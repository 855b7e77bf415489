"""keystone: who may ask. Identity API v3."""
