"""Whether a libvirt that hosts stand on still answers."""

import threading

PATIENCE_S = 3.0


def complaint(uri: str, patience_s: float = PATIENCE_S) -> str:
    """Return in one line what is wrong with libvirt; "" when it answers.

    Asked on a thread of its own: a libvirtd that is stopped never answers.
    """
    said: list[str] = []

    def ask() -> None:
        import libvirt

        try:
            connection = libvirt.open(uri)
            connection.getLibVersion()
            connection.close()
            said.append("")
        except libvirt.libvirtError as error:
            said.append(str(error).splitlines()[0])

    asking = threading.Thread(target=ask, name="libvirt-health", daemon=True)
    asking.start()
    asking.join(patience_s)
    return said[0] if said else f"{uri} does not answer within {patience_s:g} s"
