"""The master that fits a frame is chosen, and every other one is told why not."""

from dataclasses import replace
from pathlib import Path

import pytest

from viewer.core.apply import apply
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.io import read
from viewer.core.night.entry import Entry
from viewer.core.night.masters import choose, mismatch
from viewer.core.night.table import scan

LIGHT = Entry(
    Path("/n/light.fits"),
    "light.fits",
    "light",
    filter="R",
    exposure=60.0,
    temperature=-9.8,
    binning=(1, 1),
    shape=(512, 640),
    gain=1.4,
    date="2025-06-02T04:10:14",
    camera="dcam",
)


def made(name: str, kind: str, **values: object) -> Entry:
    """Return an entry that fits, but for these values."""
    return replace(LIGHT, path=Path("/n") / name, name=name, kind=kind, master=True, **values)


def test_the_closest_dark_is_chosen_and_why():
    darks = [
        made("dark_30s.fits", "dark", exposure=30.0),
        made("dark_cold.fits", "dark", temperature=-25.0),
        made("dark_60s.fits", "dark", temperature=-10.2),
        made("dark_warmer.fits", "dark", temperature=-8.2),
        made("flat_R.fits", "flat"),
    ]
    choice = choose(LIGHT, darks, "dark")
    assert choice.master is darks[2]
    assert choice.why == ("dark_60s.fits fits: 60 s as the frame, -10.2 °C (frame -9.8 °C), binning 1 x 1.")
    assert [verdict.master.name for verdict in choice.verdicts if verdict.fits] == [
        "dark_60s.fits",
        "dark_warmer.fits",
    ]
    against = {verdict.master.name: verdict.why for verdict in choice.verdicts if not verdict.fits}
    assert against == {
        "dark_30s.fits": "dark_30s.fits does not fit: it has 30 s, the frame 60 s, and without a bias it "
        "cannot be scaled.",
        "dark_cold.fits": "dark_cold.fits does not fit: it has -25.0 °C, the frame -9.8 °C.",
    }
    tolerant = choose(LIGHT, darks[1:2], "dark", temperature_tolerance=20)
    assert tolerant.master is darks[1]


def test_with_a_bias_a_dark_is_scaled_from_the_nearest_exposure():
    darks = [made(f"dark_{time}.fits", "dark", exposure=float(time)) for time in (10, 600, 120, 45)]
    choice = choose(LIGHT, darks, "dark", bias=True)
    assert choice.master is not None
    assert choice.master.exposure in (45, 120)
    assert "scaled to the 60 s of the frame" in choice.why
    assert choose(LIGHT, darks, "dark").master is None
    assert choose(LIGHT, darks, "dark").why.endswith("Nor do 3 others.")
    # the same exposure comes first, however cold
    same = made("dark_60.fits", "dark", temperature=-11.5)
    assert choose(LIGHT, [*darks, same], "dark", bias=True).master is same
    # without its bias, and no bias for the frame
    free = made("dark_free.fits", "dark", exposure=30.0, corrections="B")
    assert mismatch(LIGHT, free) == ["it is without its bias, and there is no bias for the frame."]
    assert not mismatch(LIGHT, free, bias=True)
    assert not mismatch(replace(LIGHT, corrections="B"), free)


@pytest.mark.parametrize(
    ("kind", "values", "sentence"),
    [
        ("flat", {"filter": "V"}, "it has filter V, the frame R."),
        ("flat", {"binning": (2, 2)}, "it has binning 2 x 2, the frame 1 x 1."),
        ("bias", {"shape": (256, 320)}, "it has 320 x 256 pixels, the frame 640 x 512."),
        ("bias", {"gain": 0.7}, "it has gain 0.7, the frame 1.4."),
        ("bias", {"camera": "spare"}, "it was taken with spare, the frame with dcam."),
        ("light", {}, "it is no bias, dark or flat."),
    ],
)
def test_each_difference_is_told(kind, values, sentence):
    assert mismatch(LIGHT, made("x.fits", kind, **values)) == [sentence]


def test_the_gain_setting_of_amateur_cameras_counts_for_dark_and_bias():
    light = replace(LIGHT, gain=None, gain_setting=100.0)
    for kind, told in (("dark", 1), ("bias", 1), ("flat", 0)):
        other = made("x.fits", kind, gain=None, gain_setting=200.0)
        sentences = mismatch(light, other)
        assert sentences == told * ["it was taken at gain setting 200, the frame at 100."]
        assert not mismatch(light, replace(other, gain_setting=100.0))
        assert not mismatch(light, replace(other, gain_setting=None))


def test_a_flat_taken_for_a_dark_is_told():
    assert mismatch(LIGHT, made("x.fits", "flat"), kind="dark") == ["its header calls it a flat."]


def test_masters_come_before_single_frames_and_the_nearest_date_first():
    old = made("flat_old.fits", "flat", date="2025-05-01")
    new = made("flat_new.fits", "flat", date="2025-06-01T10:00:00")
    single = replace(new, path=Path("/n/raw.fits"), name="raw.fits", master=False, date=LIGHT.date)
    unknown = made("flat_undated.fits", "flat", date="yesterday")
    choice = choose(LIGHT, [single, unknown, old, new], "flat")
    assert [verdict.master.name for verdict in choice.verdicts] == [
        "flat_new.fits",
        "flat_old.fits",
        "flat_undated.fits",
        "raw.fits",
    ]
    assert choose(LIGHT, [], "bias").why == "there is no bias."


def test_what_is_not_known_is_said():
    unknown = made("d.fits", "dark", exposure=None, temperature=None, binning=None)
    known = made("e.fits", "dark")
    choice = choose(LIGHT, [unknown, known], "dark")
    assert choice.master is known
    assert choice.verdicts[1].why == (
        "d.fits fits: the exposure of the dark is not known, the temperature is not known."
    )
    flat = made("f.fits", "flat", filter="", binning=None)
    assert choose(LIGHT, [flat], "flat").why == "f.fits fits: the flat does not say which filter."


def test_the_choice_agrees_with_what_calibrate_takes(data_dir):
    """All frames of four real folders: what fits by the table is not refused, and the other way round."""
    compared = 0
    for folder in ("night_arcsat", "night_tres1", "one_set_full", "longslit_sprat"):
        entries = [each for each in scan(data_dir / folder) if not each.problem]
        lights = [each for each in entries if each.kind == "light"][:2]
        for light in lights:
            frame = read(light.path)
            for master in [each for each in entries if each.kind in ("bias", "dark", "flat")][:6]:
                against = mismatch(light, master)
                call = Call.of("calibrate", **{master.kind: str(master.path)})
                if against:
                    with pytest.raises(ViewerError) as caught:
                        apply(call, frame)
                    assert against[0].rstrip(".") in str(caught.value)
                else:
                    apply(call, frame)
                compared += 1
    assert compared > 20
