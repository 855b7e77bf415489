"""cinder: volumes. Block storage API v2."""
