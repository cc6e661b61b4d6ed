"""`skyloupe table` and `skyloupe compare`: a folder's frames and their headers, without a window."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from viewer.cli import main
from viewer.commands.compare import as_text
from viewer.core.night.compare import compare_files


def test_a_night_as_text(data_dir: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["table", str(data_dir / "night_arcsat")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == [
        "File",
        "Kind",
        "Target",
        "Filter",
        "Exp.",
        "(s)",
        "T",
        "(C)",
        "Bin",
        "Size",
        "Begin",
    ]
    assert len(lines) == 16
    assert lines[-1] == "3 bias, 3 dark, 3 flat, 5 light"
    (flat,) = (line for line in lines if line.startswith("domeflat_z_002"))
    assert flat.split() == [
        "domeflat_z_002.fits",
        "flat",
        "z",
        "82.36",
        "-25.0",
        "1x1",
        "768x768",
        "2025-06-02T03:54:10.460",
    ]
    # numbers are aligned
    end = lines[0].index("Exp. (s)") + len("Exp. (s)")
    assert {line[end] for line in lines[1:-1]} == {" "}
    assert {line[end - 1].isdigit() for line in lines[1:-1]} == {True}


def test_groups_columns_and_filter(data_dir: Path, capsys: pytest.CaptureFixture) -> None:
    night = str(data_dir / "night_tres1")
    assert main(["table", night, "--group", "--columns", "name,instrume,date-obs"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Dark, 60 s, −10 °C, 2×2 (6)"
    assert lines[1].split() == ["File", "INSTRUME", "DATE-OBS"]
    assert lines[2] == "  tres1-001d.fit  SBIG ST-10 3 CCD Camera  2012-06-17T01:32:40"
    assert main(["table", night, "--filter", "light 0 tres1-18", "--columns", "+JD,NOSUCH"]) == 0
    said = capsys.readouterr()
    assert said.err == "skyloupe: no file has a card NOSUCH\n"
    assert said.out.splitlines()[0].endswith("JD")
    assert said.out.splitlines()[1].startswith("tres1-181.fit")
    assert "1 light" in said.out


def test_notes_are_said_once(data_dir: Path, capsys: pytest.CaptureFixture) -> None:
    night = str(data_dir / "night_tres1")
    for words in ([], ["--group"]):
        assert main(["table", night, *words]) == 0
        assert capsys.readouterr().out.splitlines()[-3:] == [
            "12 files: Target: the header does not say.",
            "12 files: Filter: FILTER 'Filter 2' is a place in the wheel, not the name of a filter.",
            "6 dark, 12 light",
        ]


def test_neither_command_needs_astropy(data_dir: Path) -> None:
    night = data_dir / "night_tres1"
    code = (
        "import sys; from viewer.cli import main; main(['table', sys.argv[1]]); "
        "main(['compare', *sys.argv[2:]]); "
        "sys.stderr.write(str({'astropy', 'scipy', 'PyQt6', 'PIL'} & set(sys.modules)))"
    )
    words = [night, night / "tres1-001d.fit", night / "tres1-021.fit"]
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    assert done.stderr == "set()"


def test_csv_and_json(data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    night, out = data_dir / "longslit_sprat", tmp_path / "t.csv"
    assert main(["table", str(night), "--csv", str(out), "--columns", "+SLITWID,notes"]) == 0
    with out.open(newline="") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    assert len(rows) == 6
    science = rows["v_e_20180810_12_1_0_0.fits.gz"]
    assert (science["kind"], science["target"], float(science["exposure"])) == ("light", "LHS6328", 120)
    assert main(["table", str(night), "--csv", str(out)]) == 1
    assert "exists already" in capsys.readouterr().err
    assert main(["table", str(night), "--csv", str(out), "--overwrite"]) == 0
    assert main(["table", str(night), "--csv", "-"]) == 0
    assert capsys.readouterr().out == out.read_text()
    assert main(["table", str(night), "--json", "--columns", "AIRMASS"]) == 0
    things = {thing["name"]: thing for thing in json.loads(capsys.readouterr().out)}
    arc = things["v_a_20180810_13_1_0_1.fits.gz"]
    assert (arc["kind"], arc["size"], arc["binning"], arc["filter"]) == (
        "other",
        [1024, 254],
        [1, 1],
        "4020longpass",
    )
    assert arc["AIRMASS"] == pytest.approx(fits.getheader(arc["path"])["AIRMASS"])
    assert main(["table", str(night), "--json", "--group"]) == 0
    groups = json.loads(capsys.readouterr().out)
    assert {group["title"]: len(group["files"]) for group in groups}[
        "Light, LHS6328, 4020longpass, 120 s"
    ] == 2


def test_damaged_files_are_named_and_do_not_stop_it(data_dir: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["table", str(data_dir / "corrupt")]) == 1
    said = capsys.readouterr()
    assert said.err.count("\n") == 5
    assert "lfs_pointer.fits" in said.err
    assert "truncated_m13.fits: File: rows 162 to 300 of HDU 0 are missing" in said.out
    assert said.out.splitlines()[-1].startswith("5 cannot be read")
    assert main(["table", str(data_dir / "nowhere")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_an_empty_folder_and_escapes(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["table", str(tmp_path)]) == 0
    assert capsys.readouterr().out.split("\n") == ["no frames", ""]
    raw = fits.PrimaryHDU(
        np.zeros((2, 2), np.uint8), fits.Header({"OBJECT": "XYXYXYXY", "IMAGETYP": "light"})
    )
    raw.writeto(tmp_path / "a.fits")
    path = tmp_path / "a.fits"
    path.write_bytes(path.read_bytes().replace(b"XYXYXYXY", b"\x1b[2J\x07end"))
    assert main(["table", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "?[2J?end" in out


def test_compare(data_dir: Path, capsys: pytest.CaptureFixture) -> None:
    one, two = (str(data_dir / "night_tres1" / name) for name in ("tres1-021.fit", "tres1-001d.fit"))
    assert main(["compare", one, two]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["tres1-021.fit", "tres1-001d.fit"]
    assert lines[2].split() == ["*", "FILTER", "Filter", "2", "–"]
    assert lines[-1] == "4 of 36 cards differ."
    assert len(lines) == 6
    assert main(["compare", one, two, "--all"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 38
    assert sum(line.startswith("*") for line in lines) == 4
    assert main(["compare", one, one]) == 0
    assert capsys.readouterr().out == "The headers say the same.\n"
    assert main(["compare", one, two, two, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["files"] == ["tres1-021.fit", "tres1-001d.fit", "tres1-001d.fit"]
    assert {"keyword": "FILTER", "values": ["Filter 2", None, None], "differs": True} in told["cards"]


def test_compare_with_what_cannot_be_read(
    sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert main(["compare", str(sample), str(tmp_path / "none.fits")]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "none.fits" in said.err
    assert main(["compare", str(sample)]) == 2


def test_colour_and_width_of_a_comparison(data_dir: Path) -> None:
    night = data_dir / "night_arcsat"
    found = compare_files([night / "XO1-b_z_20250602_041008.fits", night / "Dark_BIN1_20250602_032243.fits"])
    text = as_text(found, everything=True, colour=True, width=80)
    for line in text.splitlines():
        assert line.startswith("\x1b[33m*") == line.endswith("\x1b[0m")
        assert len(line.removeprefix("\x1b[33m").removesuffix("\x1b[0m")) <= 80
    assert "…" in text
