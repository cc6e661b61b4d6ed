"""The frames of a folder: real nights, many files, copies, damage."""

import gzip
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from viewer.core.errors import ViewerError
from viewer.core.night.table import entry_of, natural, scan
from viewer.core.progress import Cancelled, Progress


def frame(path: Path, number: int = 0, **cards: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    header = fits.Header({"IMAGETYP": "light", "EXPTIME": 5.0, "FILTER": "V", "OBJECT": "M 1"})
    header["DATE-OBS"] = f"2024-01-01T00:{number // 60:02}:{number % 60:02}.5"
    header.update(cards)
    fits.writeto(path, np.zeros((4, 5), np.uint16), header)
    return path


def kinds(folder: Path) -> dict[str, int]:
    counts: dict[str, int] = {}
    for entry in scan(folder):
        counts[entry.kind] = counts.get(entry.kind, 0) + 1
    return counts


def test_the_night_of_arcsat(data_dir: Path) -> None:
    entries = scan(data_dir / "night_arcsat")
    assert kinds(data_dir / "night_arcsat") == {"bias": 3, "dark": 3, "flat": 3, "light": 5}
    for entry in entries:
        header = fits.getheader(entry.path)
        assert (entry.problem, entry.notes, entry.master, entry.same_as) == ("", (), False, "")
        assert entry.name == entry.path.name
        assert entry.shape == (768, 768)
        assert entry.exposure == header["EXPTIME"]
        assert entry.temperature == pytest.approx(header["CCD-TEMP"], abs=1e-3)
        assert entry.binning == (1, 1)
        assert entry.date == header["DATE-OBS"]
        assert entry.camera == "dcam-spare"
        assert entry.value("AIRMASS") == header.get("AIRMASS")
        assert entry.target == ("XO1-b" if entry.kind == "light" else "")
        assert entry.filter == ("z" if entry.kind in ("light", "flat") else "")
    # every file of the folder that is a frame, and only those
    assert [entry.name for entry in entries] == sorted(
        (path.name for path in (data_dir / "night_arcsat").glob("*.fits")), key=str.casefold
    )


def test_the_night_of_tres1(data_dir: Path) -> None:
    entries = scan(data_dir / "night_tres1")
    assert [entry.kind for entry in entries] == 6 * ["dark"] + 12 * ["light"]
    assert {entry.binning for entry in entries} == {(2, 2)}
    assert {entry.exposure for entry in entries} == {60}
    assert {entry.gain for entry in entries} == {0.7799999713897705}
    assert {round(entry.temperature or 0) for entry in entries} == {-10}
    assert {entry.filter for entry in entries if entry.kind == "light"} == {"Filter 2"}
    assert entries[-1].notes == (
        "Target: the header does not say.",
        "Filter: FILTER 'Filter 2' is a place in the wheel, not the name of a filter.",
    )


def test_spectra_and_a_full_set(data_dir: Path) -> None:
    assert kinds(data_dir / "longslit_sprat") == {"other": 1, "dark": 1, "light": 4}
    assert kinds(data_dir / "one_set_full") == {"bias": 1, "dark": 1, "flat": 1, "light": 1}


def test_all_real_files_are_survived(data_dir: Path) -> None:
    entries = {entry.name: entry for entry in scan(data_dir)}
    unreadable = sorted(name for name, entry in entries.items() if entry.problem)
    assert unreadable == [
        f"corrupt/{name}.fits"
        for name in ("empty", "idcompspec_text", "lfs_pointer", "not_actually_fits", "truncated_header")
    ]
    for name in unreadable:
        assert Path(name).name in entries[name].problem
        assert (entries[name].kind, entries[name].shape) == ("", ())
    assert "File: rows 162 to 300 of HDU 0 are missing" in entries["corrupt/truncated_m13.fits"].notes[0]
    assert "it ends too early" in entries["corrupt/truncated_gzip.fits.gz"].notes[0]
    assert not any("TRUTH" in name or name.endswith((".jpg", ".tiff")) for name in entries)


def test_extensions_inherit_from_the_primary_header(data_dir: Path) -> None:
    entry = entry_of(data_dir / "mef" / "hst_stis_o4k19a010_flt_crop.fits", data_dir)
    assert (entry.hdu, entry.shape, entry.exposure) == (1, (320, 320), 150)
    assert (entry.camera, entry.kind, entry.corrections) == ("STIS CCD", "light", "BDF")
    assert entry.notes == ("File: the first of 6 images counts (HDU 1).",)


@pytest.mark.parametrize("suffix", ["", ".gz", ".bz2", ".xz", ".fz"])
def test_compressed_files_say_the_same(suffix: str, tmp_path: Path) -> None:
    plain = frame(tmp_path / "plain.fits", GAIN=1.5)
    path = tmp_path / f"packed.fits{suffix}"
    with fits.open(plain) as hdus:
        if suffix == ".fz":
            fits.CompImageHDU(hdus[0].data, hdus[0].header).writeto(path)
        elif suffix == ".xz":
            lzma = pytest.importorskip("lzma")
            path.write_bytes(lzma.compress(plain.read_bytes()))
        else:
            hdus.writeto(path, overwrite=True)
    one, other = entry_of(plain, tmp_path), entry_of(path, tmp_path)
    assert other.problem == ""
    for attribute in ("kind", "target", "filter", "exposure", "shape", "gain", "date"):
        assert getattr(one, attribute) == getattr(other, attribute), attribute


def test_a_long_header_behind_compression(tmp_path: Path) -> None:
    header = fits.Header({"IMAGETYP": "flat", "FILTER": "B"})
    for number in range(1500):
        header[f"K{number}"] = number
    header["EXPTIME"] = 3.0
    hdus = fits.HDUList([fits.PrimaryHDU(header=header), fits.ImageHDU(np.ones((2, 3), np.float32))])
    hdus.writeto(tmp_path / "long.fits.gz")
    entry = entry_of(tmp_path / "long.fits.gz", tmp_path)
    assert (entry.kind, entry.exposure, entry.shape, entry.hdu) == ("flat", 3, (2, 3), 1)


def test_the_same_file_twice_is_said(tmp_path: Path) -> None:
    first = frame(tmp_path / "a.fits")
    (tmp_path / "b.fits").symlink_to(first)
    os.link(first, tmp_path / "c.fits")
    shutil.copy(first, tmp_path / "d.fits")
    frame(tmp_path / "e.fits", 1)
    (tmp_path / "again").symlink_to(tmp_path)
    found = {entry.name: entry for entry in scan(tmp_path)}
    assert {name: entry.same_as for name, entry in found.items()} == {
        "a.fits": "",
        "b.fits": "a.fits",
        "c.fits": "a.fits",
        "d.fits": "a.fits",
        "e.fits": "",
    }
    assert found["b.fits"].notes == ("Name: the same file as a.fits.",)
    assert found["d.fits"].notes == ("Name: the same header as a.fits.",)
    again = scan(tmp_path, known={entry.path: entry for entry in found.values()})
    assert again == list(found.values())


def test_folders_links_and_other_files(tmp_path: Path) -> None:
    frame(tmp_path / "f2.fits", 2)
    frame(tmp_path / "f10.fits", 10)
    frame(tmp_path / "darks" / "d1.FIT", 20)
    frame(tmp_path / ".hidden" / "h.fits", 30)
    frame(tmp_path / "no_suffix", 40)
    (tmp_path / "notes.txt").write_text("clear sky")
    (tmp_path / "lost.fits").symlink_to(tmp_path / "nowhere.fits")
    os.mkfifo(tmp_path / "pipe.fits")
    found = scan(tmp_path)
    assert [entry.name for entry in found] == [
        "f2.fits",
        "f10.fits",
        "lost.fits",
        "no_suffix",
        "pipe.fits",
        "darks/d1.FIT",
    ]
    assert [entry.name for entry in found if entry.problem] == ["lost.fits", "pipe.fits"]
    assert len(scan(tmp_path, subfolders=False)) == 5
    with pytest.raises(ViewerError, match="cannot be listed"):
        scan(tmp_path / "nowhere")
    with pytest.raises(ViewerError, match="cannot be listed"):
        scan(tmp_path / "f2.fits")


def test_what_is_known_is_not_read_again(tmp_path: Path) -> None:
    path = frame(tmp_path / "a.fits")
    (entry,) = scan(tmp_path)
    by_hand = entry.with_kind("flat")
    (kept,) = scan(tmp_path, known={path: by_hand})
    assert kept is by_hand or kept == by_hand
    assert kept.kind == "flat"
    path.unlink()
    frame(path, IMAGETYP="dark", OBJECT="other")
    os.utime(path, ns=(1, 1))
    (renewed,) = scan(tmp_path, known={path: by_hand})
    assert renewed.kind == "dark"


def test_entries_are_handed_on_and_can_be_stopped(tmp_path: Path) -> None:
    for number in range(20):
        frame(tmp_path / f"f{number}.fits", number)
    batches: list[str] = []
    progress = Progress()
    entries = scan(
        tmp_path, progress=progress, found=lambda found: batches.extend(entry.name for entry in found)
    )
    assert batches == [entry.name for entry in entries] == [f"f{number}.fits" for number in range(20)]
    progress.cancel()
    with pytest.raises(Cancelled):
        scan(tmp_path, progress=progress)


def test_a_large_file_without_an_end_of_its_header(tmp_path: Path) -> None:
    path = tmp_path / "a.fits"
    path.write_bytes(
        b"SIMPLE  =                    T".ljust(80) + b"COMMENT nothing but this".ljust(80) * 2000
    )
    (entry,) = scan(tmp_path)
    assert entry.problem == "a.fits is cut short: its first header has no END card; get the file again"


def test_gzip_of_several_parts_is_not_taken_for_damaged(tmp_path: Path) -> None:
    raw = frame(tmp_path / "a.fits").read_bytes()
    (tmp_path / "b.fits.gz").write_bytes(gzip.compress(raw[:1000]) + gzip.compress(raw[1000:]))
    entry = entry_of(tmp_path / "b.fits.gz", tmp_path)
    assert (entry.problem, entry.notes, entry.kind) == ("", (), "light")


def test_numbers_in_names_count() -> None:
    names = ["f10", "F9", "f1", "f01b", "g"]
    assert sorted(names, key=natural) == ["f1", "f01b", "F9", "f10", "g"]


def test_nothing_heavy_is_loaded(data_dir: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from viewer.core.night.table import scan; "
        "scan(Path(sys.argv[1])); "
        "print({'astropy', 'scipy', 'PyQt6', 'PIL'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, data_dir / "night_arcsat"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
