"""Run: a recipe done to many files, in several processes or on a cluster."""

import argparse
from pathlib import Path

from viewer.commands.common import add_hdu, complain, write
from viewer.commands.saving import add_saving, save_options
from viewer.commands.working import Teller, add_workers, stopping, workers
from viewer.core.batch.plan import located
from viewer.core.batch.run import Results, run_batch
from viewer.core.errors import ViewerError
from viewer.core.progress import Progress
from viewer.core.recipe import read_recipe

HELP = "do all steps of a recipe to many files"
EXAMPLES = (
    "skyloupe run flatten.recipe.json night/*.fits -o reduced\n"
    "skyloupe run flatten.recipe.json *.fits.gz -o reduced --suffix .fits --jobs 4 --overwrite\n"
    "skyloupe run flatten.recipe.json /shared/night/*.fits -o /shared/out --dask tcp://head:8786"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("recipe", metavar="RECIPE", type=Path, help="saved by Skyloupe, or written by hand")
    parser.add_argument("files", nargs="*", metavar="FILE", help="images; none for a recipe that creates one")
    parser.add_argument(
        "-o", "--output", required=True, type=Path, metavar="DIR", help="folder for the results"
    )
    add_workers(parser)
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
        with workers(arguments, len(arguments.files)) as (executor, at_once), stopping(progress):
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
