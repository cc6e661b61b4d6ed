"""Which frames belong together, and what a list of them says."""

import csv
import io
from pathlib import Path

from viewer.core.night.columns import DEFAULT, as_csv, column_of, matching
from viewer.core.night.entry import Entry
from viewer.core.night.groups import counted, grouped
from viewer.core.night.table import scan
from viewer.core.observation.heading import Heading


def entry(name: str, kind: str, **values: object) -> Entry:
    values = {"binning": (1, 1), "shape": (10, 20), **values}
    return Entry(Path("/n") / name, name, kind, **values)  # type: ignore[arg-type]


def titles(*entries: Entry) -> dict[str, list[str]]:
    return {group.title: [each.name for each in group.entries] for group in grouped(entries)}


def test_real_nights(data_dir: Path) -> None:
    found = {group.title: len(group.entries) for group in grouped(scan(data_dir / "night_arcsat"))}
    assert found == {"Bias": 3, "Dark, 60 s, −25 °C": 3, "Flat, z": 3, "Light, XO1-b, z, 60 s": 5}
    found = {group.title: len(group.entries) for group in grouped(scan(data_dir / "night_tres1"))}
    # -9.8 and -10.2 °C are one temperature
    assert found == {"Dark, 60 s, −10 °C, 2×2": 6, "Light, target not said, Filter 2, 60 s, 2×2": 12}
    assert counted(scan(data_dir / "night_tres1")) == "6 dark, 12 light"


def test_darks_by_exposure_and_temperature() -> None:
    found = titles(
        entry("a", "dark", exposure=60.0, temperature=-9.6),
        entry("b", "dark", exposure=60.001, temperature=-10.5),
        entry("c", "dark", exposure=60.0, temperature=-20.0),
        entry("d", "dark", exposure=120.0, temperature=-10.0),
        entry("e", "dark", temperature=-10.0),
        entry("m", "dark", exposure=60.0, temperature=-10.0, master=True),
    )
    assert found == {
        "Dark, 60 s, −20 °C": ["c"],
        "Dark, 60 s, −10 °C": ["a", "b"],
        "Dark, 120 s, −10 °C": ["d"],
        "Dark, exposure not said, −10 °C": ["e"],
        "Master dark, 60 s, −10 °C": ["m"],
    }


def test_lights_by_target_and_filter_whatever_the_spelling() -> None:
    found = titles(
        entry("a", "light", target="M 13", filter="V", exposure=10.0),
        entry("b", "light", target="m13", filter="V", exposure=20.0),
        entry("c", "light", target="M 13", filter="R", exposure=20.0),
        entry("d", "light", target="J1234+0056", filter="V"),
        entry("e", "light", target="J1234-0056", filter="V"),
        entry("f", "light", filter="V", binning=(2, 2), shape=(5, 10)),
    )
    assert found == {
        "Light, J1234+0056, V": ["d"],
        "Light, J1234-0056, V": ["e"],
        "Light, M 13, R, 20 s": ["c"],
        "Light, M 13, V": ["a", "b"],
        "Light, target not said, V, 2×2": ["f"],
    }


def test_no_two_groups_have_one_title() -> None:
    found = titles(
        entry("a", "flat", filter="V", camera="one"),
        entry("b", "flat", filter="V", camera="two"),
        entry("c", "flat", filter="V", camera="two", shape=(10, 30)),
        entry("d", "bias", gain_setting=100.0),
        entry("e", "bias", gain_setting=200.0),
        entry("f", "bias", gain=1.5),
    )
    assert len(found) == 6
    assert found["Bias, gain setting 100"] == ["d"]
    assert found["Flat, V, 30 × 10"] == ["c"]
    assert found["Flat, V, 20 × 10, one"] == ["a"]


def test_the_rest() -> None:
    found = titles(
        Entry(Path("/n/x"), "x", problem="x is empty"),
        entry("u", ""),
        entry("arc", "other"),
        entry("b", "bias"),
    )
    assert list(found) == ["Bias", "Other", "Kind not known", "Cannot be read"]
    assert grouped([]) == []
    assert counted([]) == "no frames"


def test_csv_is_quoted_safely() -> None:
    card = b"OBSERVER= 'O''Neil, \"A\"'".ljust(80) + b"AIRMASS =               1.2500 / x".ljust(80)
    odd = entry(
        'a,b\n".fits',
        "light",
        target='M 13, "core"',
        exposure=1 / 3,
        notes=("Filter: a; b.",),
        header=Heading(card),
    )
    columns = [column_of(name) for name in (*DEFAULT, "observer", "airmass", "notes", "nosuch")]
    rows = list(csv.reader(io.StringIO(as_csv([odd], columns))))
    assert rows[0] == [*DEFAULT, "OBSERVER", "AIRMASS", "notes", "NOSUCH"]
    said = dict(zip(rows[0], rows[1], strict=True))
    assert said["name"] == 'a,b\n".fits'
    assert said["target"] == 'M 13, "core"'
    assert float(said["exposure"]) == 1 / 3
    assert (said["OBSERVER"], said["AIRMASS"]) == ('O\'Neil, "A"', "1.25")
    assert (said["binning"], said["size"], said["gain"], said["NOSUCH"]) == ("1x1", "20x10", "", "")


def test_filter_takes_all_words() -> None:
    entries = [
        entry("a1", "light", filter="V"),
        entry("a2", "flat", filter="V"),
        entry("b", "light", filter="R"),
    ]
    assert [each.name for each in matching(entries, "light v")] == ["a1"]
    assert [each.name for each in matching(entries, "A")] == ["a1", "a2"]
    assert matching(entries, "") == entries
