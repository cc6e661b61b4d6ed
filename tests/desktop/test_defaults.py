"""Lists of default applications: what opens FITS files by them, and lines that come and go again."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.desktop import defaults
from viewer.desktop.entries import TYPES
from viewer.desktop.places import Places

LINES = st.sampled_from(
    [
        "[Default Applications]",
        "[Added Associations]",
        "image/fits=a.desktop;b.desktop",
        "application/fits = a.desktop;",
        "text/plain=c.desktop",
        "# image/fits=no.desktop",
        "",
        "  ",
        "\r",
        "image/fits=skyloupe.desktop;a.desktop;",
    ]
)


@given(st.lists(LINES).map(lambda lines: "".join(f"{line}\n" for line in lines)))
def test_lines_that_were_set_are_taken_out_again(text: str) -> None:
    keys = dict.fromkeys(TYPES, "skyloupe.desktop;z.desktop;")
    changed, done = defaults.with_lines(text, keys)
    group = changed.split("[Default Applications]")[1].split("[")[0].split("\n")
    assert {f"{name}={value}" for name, value in keys.items()} <= set(group)
    assert defaults.without_lines(changed, done) == text


def test_a_choice_that_was_made_since_is_kept() -> None:
    changed, done = defaults.with_lines("", dict.fromkeys(TYPES, "skyloupe.desktop;"))
    by_the_user = changed.replace(
        "image/fits=skyloupe.desktop;", "image/fits=new.desktop;skyloupe.desktop;old.desktop;"
    ).replace("application/fits=skyloupe.desktop;\n", "")
    left = defaults.without_lines(by_the_user, done)
    assert left == "[Default Applications]\nimage/fits=new.desktop;old.desktop;\n"


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(
        tmp_path,
        tmp_path / "data",
        tmp_path / "config",
        (tmp_path / "usr-local", tmp_path / "usr"),
        (tmp_path / "etc",),
        ("kde",),
    )


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_who_opens_fits_files_is_found_as_the_specification_says(places: Places) -> None:
    def named(
        folder: Path, entry: str, list_name: str = "mimeapps.list", group: str = "Default Applications"
    ):
        write(folder / list_name, f"[X]\nimage/fits=x.desktop\n[{group}]\nimage/fits={entry}\n")

    assert defaults.opener(places) is None
    for entry in ("a", "b", "c", "d", "e", "f", "g/h"):
        write(places.system_data[1] / "applications" / f"{entry}.desktop", "[Desktop Entry]\nName=Some\n")
    # from the weakest to the strongest
    named(places.system_data[1] / "applications", "a.desktop", "mimeinfo.cache", "MIME Cache")
    assert defaults.opener(places) == ("a.desktop", False)
    named(places.system_data[0] / "applications", "g-h.desktop", "mimeinfo.cache", "MIME Cache")
    assert defaults.opener(places) == ("g-h.desktop", False)
    named(places.config, "c.desktop", group="Added Associations")
    assert defaults.opener(places) == ("c.desktop", True)
    named(places.system_data[1] / "applications", "d.desktop")
    assert defaults.opener(places) == ("d.desktop", True)
    named(places.system_config[0], "gone.desktop;e.desktop")
    assert defaults.opener(places) == ("e.desktop", True)
    named(places.config, "f.desktop")
    assert defaults.opener(places) == ("f.desktop", True)
    named(places.config, "b.desktop", "kde-mimeapps.list")
    assert defaults.opener(places) == ("b.desktop", True)
    assert defaults.title("g-h.desktop", places) == "Some"
    # somebody chose: nothing has to be said for it to stay so
    assert defaults.wanted(places, default=False) == {}
    wanted = defaults.wanted(places, default=True)
    assert wanted[places.config / "kde-mimeapps.list"] == {"image/fits": "skyloupe.desktop;b.desktop;"}
    assert set(wanted[places.config / "mimeapps.list"]) == set(TYPES)
