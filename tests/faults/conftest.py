"""What the tests of real hosts have, for those here that take minutes."""

from tests.functional.libvirt.conftest import (  # noqa: F401 - pytest finds them here
    libvirt_redis,
    private,
    redis,
    shared_libvirtd,
)
