"""Script: what was done to an image as plain Python that anyone can run."""

from pathlib import Path

from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.io import FileName
from viewer.core.script.layout import laid_out
from viewer.core.script.literal import literal
from viewer.core.script.origin import Origin
from viewer.core.script.writer import Writer, harmless

__all__ = ["Origin", "script"]


def script(calls: tuple[Call, ...], origin: Origin) -> str:
    """Return a script that does the same to the same file, or to another one.

    It is called as ``python script.py [INPUT [OUTPUT.fits]]`` and needs nothing of Skyloupe. Its statements
    are those of the operations themselves: so its pixels are the same bit for bit.

    Parameters
    ----------
    calls : tuple of Call
        What was done.
    origin : Origin
        The image that it was done to.

    Raises
    ------
    ViewerError
        If there is nothing to do, or the file is of a kind that a script cannot read.
    """
    if not calls and not origin.name:
        raise ViewerError("nothing was done yet: there is no script to write.")
    writer = Writer()
    steps = writer.image(origin, calls, "source")
    file = FileName.parse(origin.name).path if origin.name else Path(f"{calls[0].name}.fits")
    return laid_out(
        writer,
        _head(file, calls, created=not origin.name),
        "".join([*writer.before, steps, writer.end()]),
        title=f"What was done to {harmless(file.name)}." if origin.name else "How this image was made.",
        usage="[INPUT [OUTPUT.fits]]" if origin.name else "[OUTPUT.fits]",
        names="source, target" if origin.name else "target",
        problem=origin.problem,
    )


def _head(file: Path, calls: tuple[Call, ...], created: bool) -> str:
    tag = "_".join(dict.fromkeys(call.name for call in calls)) or "copy"
    tag = tag if len(tag) <= 40 else "result"
    if created:
        return f"target = sys.argv[1] if len(sys.argv) > 1 else {literal(tag + '.fits')}\n\n"
    return (
        f"source = Path(sys.argv[1] if len(sys.argv) > 1 else {literal(str(file.absolute()))})\n"
        f'result = source.stem.removesuffix(".fits") + {literal(f"_{tag}.fits")}\n'
        "target = Path(sys.argv[2]) if len(sys.argv) > 2 else source.with_name(result)\n"
        "if target.exists() and target.samefile(source):\n"
        '    sys.exit(f"{target} is the image itself: choose another name for the result")\n\n'
    )
