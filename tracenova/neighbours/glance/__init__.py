"""glance: images. Image API v2."""
