"""What headers of many observatories and cameras mean, and what is said where they do not tell."""

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from viewer.core.night.entry import Entry
from viewer.core.night.kinds import KEYWORDS, from_name, from_words, kind_of, meaning
from viewer.core.night.table import entry_of
from viewer.core.observation.heading import Heading
from viewer.core.observation.units import celsius, number, seconds

# observatory or program: the cards, and what they mean
SPELLINGS: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "SBIG CCDOPS": (
        {
            "IMAGETYP": "Dark Frame",
            "EXPTIME": 60.0,
            "CCD-TEMP": -9.8,
            "XBINNING": 2,
            "YBINNING": 2,
            "EGAIN": 0.78,
        },
        {"kind": "dark", "exposure": 60, "temperature": -9.8, "binning": (2, 2), "gain": 0.78},
    ),
    "MaxIm DL": (
        {
            "IMAGETYP": "Flat Field",
            "EXPOSURE": 2.5,
            "FILTER": "Luminance",
            "SET-TEMP": -20.0,
            "CALSTAT": "BD",
        },
        {"kind": "flat", "exposure": 2.5, "filter": "L", "temperature": -20, "corrections": "BD"},
    ),
    "MaxIm DL, master": (
        {"IMAGETYP": "Master Dark", "EXPTIME": 300.0, "SNAPSHOT": 20},
        {"kind": "dark", "master": True, "combined": 20},
    ),
    "N.I.N.A.": (
        {
            "IMAGETYP": "LIGHT",
            "EXPOSURE": 180.0,
            "EXPTIME": 180.0,
            "GAIN": 100,
            "EGAIN": 0.25,
            "FILTER": "Ha",
            "OBJECT": "M 31",
            "DATE-OBS": "2023-10-11T20:15:01.123",
            "SWCREATE": "N.I.N.A. 2.3.0.9001 (x64)",
        },
        {
            "kind": "light",
            "gain": 0.25,
            "gain_setting": 100,
            "filter": "Ha",
            "target": "M 31",
            "date": "2023-10-11T20:15:01.123",
        },
    ),
    "N.I.N.A., dark for flats": ({"IMAGETYP": "DARKFLAT", "EXPTIME": 2.0}, {"kind": "dark", "exposure": 2}),
    "SharpCap": (
        {
            "IMAGETYP": "Bias",
            "EXPTIME": 0.000032,
            "GAIN": 0,
            "CCD-TEMP": "-10,0",
            "SWCREATE": "SharpCap v4.0",
        },
        {"kind": "bias", "exposure": 0.000032, "gain": None, "gain_setting": 0, "temperature": -10},
    ),
    "APT": (
        {
            "IMAGETYP": "Light Frame",
            "EXPTIME": "30,5",
            "SOFTWARE": "APT - Astro Photography Tool",
            "GAIN": 10,
        },
        {"kind": "light", "exposure": 30.5, "gain": None, "gain_setting": 10},
    ),
    "ZWO ASICAP": ({"IMAGETYP": "Dark", "EXPOINUS": 1_500_000}, {"kind": "dark", "exposure": 1.5}),
    "TheSkyX": ({"PICTTYPE": 4, "EXPTIME": 3.0}, {"kind": "flat"}),
    "INDI": ({"FRAME": "Bias", "EXPTIME": 0.001, "CCDBIN": "2x2"}, {"kind": "bias", "binning": (2, 2)}),
    "ESO": (
        {
            "HIERARCH ESO DPR CATG": "CALIB",
            "HIERARCH ESO DPR TYPE": "FLAT,SKY",
            "HIERARCH ESO INS FILT1 NAME": "V_HIGH",
            "HIERARCH ESO DET WIN1 BINX": 2,
            "HIERARCH ESO DET WIN1 BINY": 2,
            "HIERARCH ESO DET OUT1 CONAD": 1.25,
            "EXPTIME": 4.2,
            "INSTRUME": "FORS2",
        },
        {
            "kind": "flat",
            "filter": "V_HIGH",
            "binning": (2, 2),
            "gain": 1.25,
            "exposure": 4.2,
            "camera": "FORS2",
        },
    ),
    "ESO, arc": ({"HIERARCH ESO DPR TYPE": "LAMP,WAVE", "EXPTIME": 5.0}, {"kind": "other"}),
    "ESO, standard": (
        {"HIERARCH ESO DPR TYPE": "STD", "HIERARCH ESO OBS TARG NAME": "LTT 3218"},
        {"kind": "light", "target": "LTT 3218"},
    ),
    "ESO, acquisition": (
        {"HIERARCH ESO DPR CATG": "ACQUISITION", "HIERARCH ESO DPR TYPE": "OBJECT"},
        {"kind": "other"},
    ),
    "ESO, product": (
        {"HIERARCH ESO DPR TYPE": "BIAS", "HIERARCH ESO PRO CATG": "MASTER_BIAS"},
        {"kind": "bias", "master": True},
    ),
    "IRAF": (
        {"IMAGETYP": "zero", "EXPTIME": 0, "CCDSUM": "1 2", "NCOMBINE": 10, "OBJECT": "Zero"},
        {"kind": "bias", "binning": (1, 2), "master": True, "combined": 10, "target": ""},
    ),
    "IRAF, object": (
        {
            "OBSTYPE": "object",
            "ZEROCOR": "Jan 1 12:00 Zero is z.fits",
            "FLATCOR": "Jan 1 12:01 Flat is f.fits",
        },
        {"kind": "light", "corrections": "BF"},
    ),
    "Liverpool Telescope": (
        {
            "OBSTYPE": "EXPOSE",
            "FILTER1": "SDSS-R",
            "FILTER2": "clear",
            "CCDATEMP": 163.15,
            "CCDSTEMP": 163.0,
            "CCDXBIN": 2,
            "CCDYBIN": 2,
        },
        {"kind": "light", "filter": "r", "temperature": -110, "binning": (2, 2)},
    ),
    "LCO": (
        {"OBSTYPE": "SKYFLAT", "FILTER": "rp", "CCDATEMP": -100.01, "CCDSUM": "1 1", "GAIN": 1.4},
        {"kind": "flat", "filter": "rp", "temperature": -100.01, "gain": 1.4},
    ),
    "ING": (
        {"OBSTYPE": "TARGET", "WFFBAND": "Halpha", "CCDXBIN": 1, "CCDYBIN": 1},
        {"kind": "light", "filter": "Ha"},
    ),
    "SALT": (
        {"CCDTYPE": "ARC", "OBSTYPE": "", "CCDSUM": "2 4", "EXP_TIME": 1.5},
        {"kind": "other", "binning": (2, 4), "exposure": 1.5},
    ),
    "SAAO": (
        {"IMAGETYP": "object", "FILTERS": 48, "EXPTIME": 150.04, "CCD-TEMP": 180.2, "GAIN": 1.9},
        {"kind": "light", "filter": "48", "temperature": -92.95, "gain": 1.9},
    ),
    "SDSS": (
        {"FLAVOR": "science", "EXPTIME": "53.907456", "COLBIN": 1, "ROWBIN": 1, "FRAME": 47, "FILTER": "g"},
        {"kind": "light", "exposure": 53.907456, "binning": (1, 1), "filter": "g"},
    ),
    "DECam": (
        {"OBSTYPE": "dome flat", "FILTER": "r DECam SDSS c0002 6415.0 1480.0", "EXPTIME": 8.0},
        {"kind": "flat", "filter": "r"},
    ),
    "Gemini": (
        {"OBSTYPE": "OBJECT", "FILTER1": "open1-6", "FILTER2": "r_G0303", "CCDSUM": "2 2"},
        {"kind": "light", "filter": "r_G0303", "binning": (2, 2)},
    ),
    "Subaru": (
        {"DATA-TYP": "DOMEFLAT", "FILTER01": "W-J-V", "BIN-FCT1": 1, "BIN-FCT2": 1, "DET-TMP": 171.3},
        {"kind": "flat", "filter": "W-J-V", "binning": (1, 1), "temperature": -101.85},
    ),
    "Keck": (
        {"KOAIMTYP": "arclamp", "ELAPTIME": 30, "BINNING": "2,2", "TARGNAME": "HeNe"},
        {"kind": "other", "exposure": 30, "binning": (2, 2), "target": "HeNe"},
    ),
    "Keck NIRC2": ({"IMTYPE": "object", "ITIME": 2.0, "COADDS": 10}, {"kind": "light", "exposure": 20}),
    "HST WFPC2": (
        {
            "IMAGETYP": "EXT",
            "FILTNAM1": "F673N",
            "FILTNAM2": "",
            "FILTER1": 33,
            "FILTER2": 0,
            "TARGNAME": "M16",
        },
        {"kind": "light", "filter": "F673N", "target": "M16"},
    ),
    "HST ACS": (
        {
            "IMAGETYP": "EXT",
            "OBSTYPE": "IMAGING",
            "FILTER1": "F606W",
            "FILTER2": "CLEAR2L",
            "BIASCORR": "PERFORM",
        },
        {"kind": "light", "filter": "F606W", "corrections": ""},
    ),
    "JWST": (
        {
            "EXP_TYPE": "NRC_IMAGE",
            "FILTER": "CLEAR",
            "PUPIL": "F090W",
            "EFFEXPTM": 311.4,
            "DETECTOR": "NRCA1",
        },
        {"kind": "light", "filter": "F090W", "exposure": 311.4, "camera": "NRCA1"},
    ),
    "JWST, dark": ({"EXP_TYPE": "NIS_DARK"}, {"kind": "dark"}),
    "ZTF": ({"IMGTYPE": "flat", "FILTER": "ZTF_r", "EXPOSURE": 15.0}, {"kind": "flat", "filter": "ZTF_r"}),
    "PTF": (
        {"IMGTYP": "object", "CCD9TEMP": 175.0, "AEXPTIME": 60.0, "EXPTIME": 60.0},
        {"kind": "light", "temperature": -98.15, "exposure": 60},
    ),
    "TESS": ({"EXPOSURE": (0.02, "[d] time on source"), "TELESCOP": "TESS"}, {"kind": "", "exposure": 1728}),
    "DSS": (
        {"EXPOSURE": (65.0, "Exposure time minutes"), "DATE-OBS": "22/12/90", "UT": "13:49:00"},
        {"exposure": 3900, "date": "1990-12-22T13:49:00"},
    ),
    "PixInsight": (
        {"IMAGETYP": "Master Flat", "FILTER": "OIII", "NCOMBINE": 30},
        {"kind": "flat", "master": True, "filter": "OIII"},
    ),
    "Siril": (
        {"IMAGETYP": "LIGHT", "STACKCNT": 40, "LIVETIME": 2400},
        {"combined": 40, "master": False, "exposure": 2400},
    ),
    "Las Campanas": (
        {"EXPTYPE": "Bias", "BINNING": "1x1", "UT-DATE": "2019-01-01", "EXPTIME": 0.0},
        {"kind": "bias", "binning": (1, 1)},
    ),
    "MJD": ({"IMAGETYP": "light", "MJD-OBS": 60000.5}, {"date": "2023-02-25T12:00:00.000"}),
}


def entry(folder: Path, cards: dict[str, object], name: str = "f1.fits") -> Entry:
    header = fits.Header()
    for keyword, value in cards.items():
        header[keyword] = value
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    fits.PrimaryHDU(np.zeros((3, 4), np.int16), header).writeto(path)
    return entry_of(path, folder)


@pytest.mark.parametrize("source", SPELLINGS)
def test_spelling_of(source: str, tmp_path: Path) -> None:
    cards, meant = SPELLINGS[source]
    found = entry(tmp_path, cards)
    assert found.problem == ""
    for attribute, value in meant.items():
        told = getattr(found, attribute)
        if isinstance(value, float | int) and not isinstance(value, bool):
            assert told == pytest.approx(value, abs=1e-9), attribute
        else:
            assert told == value, attribute


@pytest.mark.parametrize(
    ("kind", "values"),
    {
        "light": "Light Frame|LIGHT|object|OBJECT,SKY|science|EXPOSE|STANDARD|STD,FLUX|EXT|raw obj|Tricolor",
        "dark": "Dark Frame|DARK|masterDark|Dark Flat|FLATDARK|dark_current",
        "flat": "Flat Field|FLAT,LAMP|LAMP,FLAT|flatlamp|domeflat|twiflat|SKYFLAT|Twilight Flat|sky flat",
        "bias": "Bias Frame|BIAS|zero|Zero|superbias|MASTER_BIAS|Offset",
        "other": "ARC|comp|LAMP,WAVE|FOCUS|AUTOFOCUS|ACQUISITION|COMPARISON|snapshot|pinhole|OBJECT,FOCUS",
        "": "red|SKY|something|2|-|UNDEFINED",
    }.items(),
)
def test_words_for_kinds(kind: str, values: str) -> None:
    for value in values.split("|"):
        assert meaning("IMAGETYP", value) == kind, value


def test_names_are_hints_only_where_the_header_is_silent(tmp_path: Path) -> None:
    found = entry(tmp_path, {"EXPTIME": 30.0}, "darks/d001.fits")
    assert found.kind == "dark"
    assert found.notes == (
        "Kind: taken from the name of the file or folder, as the header has no IMAGETYP or the like.",
    )
    found = entry(
        tmp_path, {"IMAGETYP": "Light Frame", "EXPTIME": 1.0, "FILTER": "V", "OBJECT": "M 1"}, "flat_V.fits"
    )
    assert found.kind == "light"
    assert found.notes == ("Kind: IMAGETYP 'Light Frame' says light, but the file name says flat.",)
    found = entry(tmp_path, {"EXPTIME": 1.0, "FILTER": "V", "OBJECT": "Dome flat V"}, "a.fits")
    assert (found.kind, found.target) == ("flat", "")
    assert found.notes == (
        "Kind: taken from OBJECT 'Dome flat V', as the header has no IMAGETYP or the like.",
    )
    found = entry(tmp_path, {"EXPTIME": 1.0, "OBSTYPE": "engineering 5"}, "b.fits")
    assert found.kind == "other"
    found = entry(tmp_path, {"EXPTIME": 1.0, "OBSTYPE": "blank 5"}, "c.fits")
    assert found.kind == ""
    assert found.notes[0] == "Kind: cannot be told, as OBSTYPE 'blank 5' is not known: set it by hand."


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Bias_BIN1_20250602_032138.fits", "bias"),
        ("domeflat_z_001.fits", "flat"),
        ("masterDark60.fits", "dark"),
        ("night/Flats/f1.fit", "flat"),
        ("darks/light_001.fit", "light"),
        ("flat_dark_2s.fits", "dark"),
        ("bias_or_dark.fits", ""),
        ("tres1-001d.fit", ""),
        ("darkstar.fits", ""),
        ("NGC6960.fits", ""),
    ],
)
def test_kind_from_a_name(name: str, kind: str) -> None:
    assert from_name(name) == kind


def test_an_object_may_be_called_dark() -> None:
    assert from_words("Dark nebula LDN 1622") == ""
    assert from_words("sky flat r") == "flat"
    assert from_words("M 31") == ""


def test_contradictions_are_said(tmp_path: Path) -> None:
    light = {"IMAGETYP": "LIGHT", "OBJECT": "M1", "FILTER": "V"}
    found = entry(tmp_path, {**light, "EXPTIME": 60.0, "EXPOSURE": 30.0}, "a.fits")
    assert found.exposure == 60
    assert found.notes == ("Exposure: EXPTIME 60 s and EXPOSURE 30 s disagree; EXPTIME is taken.",)
    found = entry(tmp_path, {**light, "EXPTIME": 60.0, "CCD-TEMP": -3.0, "SET-TEMP": -20.0}, "b.fits")
    assert found.notes == ("Temperature: -3.0 °C (CCD-TEMP), but set to -20.0 °C (SET-TEMP).",)
    found = entry(tmp_path, {**light, "EXPTIME": 60.0, "FILTER": "Filter 2"}, "c.fits")
    assert found.notes == ("Filter: FILTER 'Filter 2' is a place in the wheel, not the name of a filter.",)
    found = entry(tmp_path, {"IMAGETYP": "Bias", "EXPTIME": 60.0}, "d.fits")
    assert found.notes == ("Exposure: 60 s is long for a bias frame.",)
    found = entry(tmp_path, {"IMAGETYP": "light", "EXPTIME": "long", "OBJECT": "UNKNOWN"}, "e.fits")
    assert (found.exposure, found.target, found.filter) == (None, "", "")
    assert found.notes == (
        "Exposure: EXPTIME 'long' is not a time.",
        "Target: the header does not say.",
        "Filter: the header does not say.",
    )


def test_values_that_the_user_knows_better() -> None:
    plain = Entry(Path("/n/a.fits"), "a.fits", notes=("Kind: cannot be told.", "Filter: not said."))
    changed = plain.with_kind("flat").with_values(filter="V", exposure=2.0)
    assert (changed.kind, changed.filter, changed.exposure) == ("flat", "V", 2.0)
    assert changed.notes == ("Kind: set by hand.", "Filter: set by hand.", "Exposure: set by hand.")
    assert plain.kind == ""


@pytest.mark.parametrize(
    ("value", "comment", "meant"),
    [
        (60, "", 60),
        ("60.0 s", "", 60),
        ("1,5", "", 1.5),
        ("500 ms", "", 0.5),
        ("2 min", "", 120),
        ("1/50", "", 0.02),
        ("00:02:30.5", "", 150.5),
        ("1.5D+2", "", 150),
        (250.0, "[ms] exposure", 0.25),
        (250.0, "exposure (ms)", 0.25),
        (0.5, "Integration time [min]", 30),
        (10, "[sec] in min-max mode", 10),
        (10, "d of the month", 10),
        (-1, "", None),
        (True, "", None),
        ("NaN", "", None),
        ("5 parsec", "", None),
        ("", "", None),
        (None, "", None),
    ],
)
def test_seconds(value: object, comment: str, meant: float | None) -> None:
    found = seconds(value, comment)  # type: ignore[arg-type]
    assert found == (None if meant is None else pytest.approx(meant))


@pytest.mark.parametrize(
    ("value", "comment", "meant"),
    [
        (-20.0, "CCD temperature in C", -20),
        (163.15, "", -110),
        (80.0, "[K]", -193.15),
        (80.0, "Detector temperature, kelvin", -193.15),
        ("-10,5 C", "", -10.5),
        ("100.15 K", "", -173),
        (-999, "", None),
        ("N/A", "", None),
        (20.0, "", 20),
    ],
)
def test_celsius(value: object, comment: str, meant: float | None) -> None:
    found = celsius(value, comment)  # type: ignore[arg-type]
    assert found == (None if meant is None else pytest.approx(meant))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive_being_text(value: float) -> None:
    assert number(repr(value)) == (value, "")


@given(st.binary(max_size=400), st.text(max_size=40))
def test_any_bytes_are_survived(raw: bytes, name: str) -> None:
    heading = Heading(raw, raw)
    for keyword in (*heading.keywords, *KEYWORDS):
        heading.get(keyword)
        heading.comment(keyword)
    assert kind_of(heading, name).kind in ("bias", "dark", "flat", "light", "other", "")


def test_heading_inherits_and_knows_long_keywords() -> None:
    own, primary = fits.Header(), fits.Header()
    own["EXPTIME"] = (5.0, "[s] it's 5 / not 6")
    primary["EXPTIME"] = 7.0
    primary["FILTER"] = ("it's", "a / comment")
    primary["HIERARCH ESO DET OUT1 CONAD"] = (1.25, "[e/ADU] gain")
    heading = Heading(*(header.tostring(endcard=False, padding=False).encode() for header in (own, primary)))
    assert (heading.get("exptime"), heading.get("FILTER")) == (5.0, "it's")
    assert heading.comment("EXPTIME") == "[s] it's 5 / not 6"
    assert heading.comment("FILTER") == "a / comment"
    assert heading.get("HIERARCH ESO DET OUT1 CONAD") == heading.get("eso det out1 conad") == 1.25
    assert heading.comment("ESO DET OUT1 CONAD") == "[e/ADU] gain"
    assert heading.keywords == ("EXPTIME", "FILTER", "ESO DET OUT1 CONAD")
