"""Alive: whether a process that wrote something down is still there."""

import os
import sys
from pathlib import Path


def lives(head: dict[str, object]) -> bool:
    """Whether the process that wrote a journal still runs; another one may have its number by now.

    Parameters
    ----------
    head : dict
        What the journal says first: the number of the process, and when it began.
    """
    pid = head.get("pid")
    if not isinstance(pid, int) or isinstance(pid, bool) or pid <= 0:
        return False
    if sys.platform == "win32":
        import ctypes

        # PROCESS_QUERY_LIMITED_INFORMATION; os.kill would end the process
        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, pid)
        ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(pid, 0)
    except PermissionError:
        pass  # somebody else's
    except (OSError, OverflowError):
        return False
    return head.get("started") == started(pid)


def started(pid: int) -> str:
    """Return when a process began, in ticks since the computer did; empty where only Linux would say.

    A process that has ended and that nobody has asked about yet is none.

    Parameters
    ----------
    pid : int
        Its number.
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    # the program's name, in parentheses, may hold anything; field 3 is the state, 22 the time (proc(5))
    words = text.rpartition(")")[2].split()
    return "" if len(words) < 20 or words[0] in "ZX" else words[19]
