"""tracenova: follow one server-create request through a miniature OpenStack Nova.

Every folder below mirrors Nova's folder of the same name, as of Newton (14.1.0).
"""

from tracenova import threads_only

__version__ = "0.1.0"

threads_only.install()
