"""`skyloupe zeropoint`: a real frame with stars of known magnitudes."""

import json
from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table

from viewer.cli import main
from viewer.core.io import read
from viewer.core.measure.starlist import find_star_list


def test_a_real_frame(data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    file = data_dir / "night_tres1" / "tres1-021.fit"
    stars = find_star_list(read(file))
    good = np.flatnonzero(~stars["saturated"] & (stars["snr"] > 80))[:12]
    table = Table({"x": stars["x"][good] + 1, "y": stars["y"][good] + 1})
    table["Rmag"] = 21.5 - 2.5 * np.log10(stars["flux"][good] / 60)
    table["Rmag"][2] += 1
    table.write(tmp_path / "known.csv")
    words = [
        "zeropoint",
        str(file),
        "--catalogue",
        str(tmp_path / "known.csv"),
        "--radius",
        f"{stars.aperture}",
    ]
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["zero_point"] == pytest.approx(21.5, abs=0.03)
    assert found["stars"] < 12
    assert found["exposure"] == 60
    assert found["flags"].count("outlier") >= 1
    assert main(words) == 0
    assert "for one count in 1 s; single stars scatter by 0." in capsys.readouterr().out
    assert main([*words, "--magnitude", "Vmag"]) == 1
    assert "has no column Vmag; it has x, y, Rmag" in capsys.readouterr().err
    table.remove_column("Rmag")
    table.write(tmp_path / "known.csv", overwrite=True)
    assert main(words) == 1
    assert "is known to hold magnitudes; it has x, y" in capsys.readouterr().err
