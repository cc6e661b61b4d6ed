"""Run: a recipe done to many files, in several processes or on a cluster."""

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path
from types import FrameType

from viewer.commands.common import add_hdu, complain, write
from viewer.commands.saving import add_saving, save_options
from viewer.core.batch.plan import located
from viewer.core.batch.run import Outcome, Results, run_batch
from viewer.core.batch.workers import Workers
from viewer.core.errors import ViewerError
from viewer.core.progress import Progress
from viewer.core.recipe import read_recipe

HELP = "do all steps of a recipe to many files"
EXAMPLES = (
    "skyloupe run flatten.recipe.json night/*.fits -o reduced\n"
    "skyloupe run flatten.recipe.json *.fits.gz -o reduced --suffix .fits --jobs 4 --overwrite\n"
    "skyloupe run flatten.recipe.json /shared/night/*.fits -o /shared/out --dask tcp://head:8786"
)

_BAR = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("recipe", metavar="RECIPE", type=Path, help="saved by Skyloupe, or written by hand")
    parser.add_argument("files", nargs="*", metavar="FILE", help="images; none for a recipe that creates one")
    parser.add_argument(
        "-o", "--output", required=True, type=Path, metavar="DIR", help="folder for the results"
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--jobs", type=_jobs, metavar="N", help="processes, and so files at once (all cores)")
    where.add_argument("--dask", metavar="ADDRESS", help="use this Dask scheduler: tcp://host:8786")
    parser.add_argument(
        "--suffix", default="", metavar=".EXT", help="kind of the results (that of each file)"
    )
    add_hdu(parser)
    add_saving(parser)


def run(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Do it; 130 if it was stopped by Ctrl-C."""
    options = save_options(arguments, parser)
    suffix = f".{arguments.suffix.lstrip('.')}" if arguments.suffix else ""
    progress = Progress()
    try:
        calls = located(read_recipe(arguments.recipe), arguments.recipe.absolute().parent)
        with _executor(arguments) as (executor, at_once), _stopping(progress):
            teller = Teller(len({Path(file).absolute() for file in arguments.files}) or 1)
            teller.draw()
            results = run_batch(
                calls,
                arguments.files,
                arguments.output,
                executor,
                progress,
                at_once=at_once,
                suffix=suffix,
                hdu=arguments.hdu,
                options=options,
                overwrite=arguments.overwrite,
                told=teller.tell,
            )
            teller.clear()
    except ViewerError as error:
        complain(error)
        return 1
    write(f"{results.summary} in {arguments.output}")
    return exit_code(results)


def exit_code(results: Results) -> int:
    """Return 1 if a file failed, 130 if files are left because of Ctrl-C, else 0."""
    return 130 if results.left else (1 if results.failed else 0)


@contextlib.contextmanager
def _executor(arguments: argparse.Namespace) -> Iterator[tuple[Executor | None, int]]:
    """Yield who does the work, and how many files at once; nobody else for a single file."""
    if arguments.dask:
        # needs an optional library
        from viewer.core.batch.cluster import cluster

        with cluster(arguments.dask) as found:
            yield found
        return
    jobs = min(arguments.jobs or os.cpu_count() or 1, len(arguments.files))
    if jobs < 2:
        yield None, 1
        return
    with Workers(jobs) as workers:
        yield workers, jobs


@contextlib.contextmanager
def _stopping(progress: Progress) -> Iterator[None]:
    """Let the first Ctrl-C stop the work between two steps, and the second at once."""

    def stop(number: int, _frame: FrameType | None) -> None:
        if progress.cancelled:
            # workers end with their boss
            os._exit(128 + number)
        sys.stderr.write("\nskyloupe: stopping; once more to stop at once\n")
        progress.cancel()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Teller:
    """Tells of each file: a bar on a terminal, else a line; what went wrong is a line in any case."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._count = 0
        self._bar = sys.stderr.isatty()

    def tell(self, outcome: Outcome) -> None:
        """Tell of one file that is over."""
        self._count += 1
        name = Path(outcome.source or outcome.target).name
        self.clear()
        for remark in outcome.remarks:
            complain(f"{name}: {remark}")
        if outcome.problem:
            complain(outcome.problem)
        if not self._bar and not outcome.problem:
            sys.stderr.write(f"{self._count} of {self._total}: {name} -> {outcome.target}\n")
        self.draw()

    def draw(self) -> None:
        """Show how far it is."""
        if self._bar:
            full = _BAR * self._count // self._total
            bar = "█" * full + "░" * (_BAR - full)
            sys.stderr.write(f"\r{bar} {self._count} of {self._total}")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the bar away."""
        if self._bar:
            sys.stderr.write("\r\x1b[K")


def _jobs(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"not a number of processes: {text!r}")
    return int(text)
