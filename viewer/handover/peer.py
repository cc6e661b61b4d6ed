"""Peer: which user is at the other end of a socket."""

import os
import socket
import struct
import sys

# of macOS and the BSDs, where a local socket is asked at level 0 for a `struct xucred`
_LOCAL_PEERCRED = 1
_XUCRED = struct.Struct("=IIh")
_XUCRED_SIZE = 76


def is_own(connection: socket.socket) -> bool:
    """Whether a connected local socket leads to a process of this user.

    Where the system does not say, the folder of the socket, which only this user can enter, has to do.
    """
    user = _user(connection)
    return user is None or user == os.getuid()


def _user(connection: socket.socket) -> int | None:
    try:
        # Linux: a `struct ucred`
        if hasattr(socket, "SO_PEERCRED"):
            size = struct.calcsize("3i")
            found = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
            return int(struct.unpack("3i", found)[1])
        if sys.platform == "darwin" or "bsd" in sys.platform:
            found = connection.getsockopt(0, _LOCAL_PEERCRED, _XUCRED_SIZE)
            return int(_XUCRED.unpack_from(found)[1])
    except (OSError, struct.error):
        pass
    return None
