"""Waiting: a process that has loaded all that a thumbnail needs, and makes one when it is told of which file.

``python -m viewer.commands.waiting`` reads path, output and size from standard input, with a zero byte after
each of them.
"""

import os
import sys


def main() -> int:
    """Wait, and do it once.

    Returns
    -------
    int
        The exit code, that of ``skyloupe thumbnail``; 0 if nothing was asked for.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # while nobody has asked yet
    from PIL import PngImagePlugin  # noqa: F401

    import viewer.core.io.picture_file
    import viewer.core.session.thumbnail  # noqa: F401
    from viewer.commands.thumbnail import make

    words = sys.stdin.buffer.read().split(b"\0")
    if len(words) < 3:
        return 0
    return make(os.fsdecode(words[0]), os.fsdecode(words[1]), int(words[2]))


if __name__ == "__main__":
    sys.exit(main())
