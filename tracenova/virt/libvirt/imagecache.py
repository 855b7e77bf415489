"""Names of cached images.

Nova: nova/virt/libvirt/imagecache.py get_cache_fname (the removal of unused images is
left out).
"""

import hashlib


def get_cache_fname(image_id: str) -> str:
    """Return an image's file name in the cache: sha1 of its id, in hex."""
    return hashlib.sha1(image_id.encode()).hexdigest()
