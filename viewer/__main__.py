"""``python -m viewer`` is ``skyloupe``."""

import sys
from os import devnull

from viewer.cli import main

if sys.stdout is None or sys.stderr is None:
    # pythonw, which the desktop of Windows starts, has nothing to write on
    sys.stdout = sys.stderr = open(devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - until the end
sys.exit(main())
