"""The synthetic frames that are measured: large, textured all over, made once, outside the checkout."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The same folder as the black-box harness takes, so that the files are made once.
WORK = Path(os.environ.get("FBENCH_WORK", Path(tempfile.gettempdir()) / "fbench"))
FOLDER = Path(os.environ.get("FBENCH_DATA", WORK / "data"))

SMALL = "card4k_u16.fits"
LARGE = "card16k_f32.fits"
LARGE_INTEGERS = "card16k_u16.fits"
COMPRESSED = "card8k_rice.fits"
CCD = "ccd4k_u16.fits"
NEXT = "card4k_u16_b.fits"


def frame(name: str) -> Path:
    """Path of a frame, which is made if it is not there yet (up to 1 GiB, up to a minute)."""
    path = FOLDER / name
    if not path.exists():
        print(f"making {path} …", file=sys.stderr, flush=True)
        script = HERE / "blackbox" / "make_data.py"
        subprocess.run(
            [sys.executable, str(script), "--dir", str(FOLDER), name], check=True, stdout=sys.stderr
        )
    return path
