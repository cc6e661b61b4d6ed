"""`skyloupe lightcurve`: a real night, without a window."""

import csv
import json
from pathlib import Path

import pytest

from viewer.cli import main

STARS = ["--target", "146.6,434.2", "--compare", "217.7,211.3", "--compare", "434.4,319.9"]


def test_a_real_night(data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    files = [str(data_dir / "night_tres1" / f"tres1-{number}.fit") for number in ("021", "101", "197")]
    out = tmp_path / "curve.csv"
    assert main(["lightcurve", *files, *STARS, "-o", str(out)]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith("3 of 3 frames have a value; they scatter by 0.")
    assert "not barycentric" in said.out
    with out.open() as stream:
        rows = list(csv.DictReader(stream))
    assert [row["file"] for row in rows] == ["tres1-021.fit", "tres1-101.fit", "tres1-197.fit"]
    assert float(rows[2]["x"]) - float(rows[0]["x"]) == pytest.approx(117.92, abs=0.3)
    assert all(abs(float(row["relative"]) - 1) < 0.02 for row in rows)
    # what is there is not replaced, and the table's kind is known before anything is measured
    assert main(["lightcurve", *files, *STARS, "-o", str(out)]) == 1
    assert "exists already" in capsys.readouterr().err
    assert main(["lightcurve", *files, *STARS, "-o", "curve.txt"]) == 1
    assert ".csv, .ecsv, .fits" in capsys.readouterr().err

    assert main(["lightcurve", *files, str(tmp_path / "none.fits"), *STARS, "--json"]) == 1
    said = capsys.readouterr()
    assert said.err.startswith("skyloupe: none.fits has no values: ")
    found = json.loads(said.out)
    assert len(found["frames"]) == 4
    assert found["frames"][3]["relative"] is None
    assert found["stars"][0] == [146.6, 434.2]

    assert main(["lightcurve", *files, *STARS, "--align", "wcs"]) == 1
    assert "no coordinates on the sky" in capsys.readouterr().err
    # left where they were marked, the stars are lost
    assert main(["lightcurve", *files, *STARS, "--align", "pixels"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:4] == ["File", "JD", "(UTC)", "Relative"]
    assert "lost" in lines[3]
    assert main(["lightcurve", *files, "--target", "5", "--compare", "1,1"]) == 2
    assert "not a position X,Y: '5'" in capsys.readouterr().err


def test_a_star_is_not_compared_with_itself(data_dir: Path, capsys: pytest.CaptureFixture) -> None:
    file = str(data_dir / "night_tres1" / "tres1-021.fit")
    assert main(["lightcurve", file, *STARS, "--compare", "146.6,434.20"]) == 2
    assert "name a star twice" in capsys.readouterr().err
