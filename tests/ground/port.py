"""Says in one line that a port cannot be served on, before anything else is done."""

import socket
import sys


def complaint(port: str) -> str | None:
    """What is wrong with serving on `port`, and the cure; None if nothing is."""
    if not port.isdecimal() or not 0 < int(port) < 65536:
        return f"PORT={port} is not a port number. Choose one from 1024 to 65535."
    with socket.socket() as probe:
        # As servers do: a port whose last connections are only fading out counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except PermissionError:
            return f"Port {port} is not yours to serve on. Choose another: PORT=8001 make demo"
        except OSError:
            other = 8001 if port == "8000" else 8000
            return (
                f"Port {port} is taken by another program. Choose another: PORT={other} make demo"
            )
    return None


if __name__ == "__main__":
    sys.exit(complaint(sys.argv[1]))
