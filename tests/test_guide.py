"""The guide that comes with the program is what docs/ says, and needs nothing else."""

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from viewer.core.operation import operations
from viewer.ui.help_guide import Guide, search

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    """scripts/guide.py"""
    spec = importlib.util.spec_from_file_location("guide", CHECKOUT / "scripts" / "guide.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_guide_is_not_stale(builder: ModuleType) -> None:
    made = builder.guide()
    written = {path.name: path.read_text(encoding="utf-8") for path in builder.HELP.iterdir()}
    if made != written:
        pytest.fail("resources/help is not what docs/ says: run `make reference`", pytrace=False)


def test_every_link_leads_somewhere_and_nothing_comes_from_elsewhere(builder: ModuleType) -> None:
    shipped = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]
    included = shipped["build"]["targets"]["wheel"]["force-include"]
    pages = {path.name: path.read_text(encoding="utf-8") for path in builder.HELP.glob("*.html")}
    anchors = {name: set(re.findall(r'id="([^"]+)"', text)) for name, text in pages.items()}
    for name, text in pages.items():
        assert "<script" not in text.lower()
        for picture in re.findall(r'src="([^"]*)"', text):
            assert (builder.HELP / picture).is_file(), (name, picture)
            assert picture.removeprefix("../../") in included, "not in the wheel"
        for link in re.findall(r'href="([^"]*)"', text):
            if not link.startswith("https://"):
                page, _, anchor = link.partition("#")
                assert (builder.HELP / page).is_file(), (name, link)
                assert not anchor or anchor in anchors[page], (name, link)


def test_the_window_finds_every_operation_and_what_is_asked_for() -> None:
    guide = Guide()
    for name in operations():
        page, anchor = guide.place_of(name)
        assert f'id="{anchor}"' in guide.body(page)
        assert anchor == name
    titles = [section.title for section, _ in search(guide.sections, "gaussian BLUR")]
    assert titles[0] == "Gaussian blur"
    found = {(section.page, section.anchor): excerpt for section, excerpt in search(guide.sections, "FWHM")}
    assert "fwhm" in found["measuring", "one-star"].casefold()
    assert not search(guide.sections, "fwhm zebra"), "all words are meant"
    assert not search(guide.sections, "  ")
