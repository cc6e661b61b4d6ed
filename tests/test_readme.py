"""What the README shows is what the program writes."""

import re
from pathlib import Path

from viewer.core.call import Call
from viewer.core.io import read
from viewer.core.script.script import Origin, script

README = Path(__file__).resolve().parent.parent / "README.md"


def shown_script(sample: Path) -> str:
    """Return the steps of the session's script as the README prints them: without the functions below."""
    calls = (Call.of("rotate", angle=22.5), Call.of("background_mesh"))
    text = script(calls, Origin.of(read(sample)))
    return text[: text.index("# -----")].rstrip() + "\n"


def test_script_of_the_session(sample: Path):
    printed = re.search(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert printed is not None
    assert printed[1] == shown_script(sample)
