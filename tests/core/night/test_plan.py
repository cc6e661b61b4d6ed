"""Which steps a night's files become, in words and calls, without any pixels."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.night.entry import Entry
from viewer.core.night.following import followed
from viewer.core.night.plan import Options, Plan, plan
from viewer.core.night.quality import Quality
from viewer.core.night.sets import file_name, sets
from viewer.core.night.steps import Step, StepResult

Maker = Callable[..., list[Entry]]


@pytest.fixture
def make(tmp_path: Path) -> Maker:
    """Entries of files that are not there: a plan knows headers, and looks at pixels only where it can."""
    folder = tmp_path / "night"

    def some(count: int, kind: str, prefix: str = "", **values: Any) -> list[Entry]:
        given = {
            "exposure": {"bias": 0.0, "flat": 3.0}.get(kind, 60.0),
            "temperature": -20.0,
            "binning": (1, 1),
            "shape": (100, 120),
            "target": "M13" if kind == "light" else "",
            "filter": "V" if kind in ("light", "flat") else "",
            "camera": "CCD1",
        } | values
        names = [f"{prefix or kind}{number}.fits" for number in range(count)]
        return [
            Entry(folder / name, name, kind, date=f"2025-01-01T0{number}:00:00", stamp=(1, number), **given)
            for number, name in enumerate(names)
        ]

    return some


def outputs(todo: Plan, kind: str) -> list[str]:
    return [step.output.name for step in todo.steps if step.kind == kind and step.output is not None]


def why_left(todo: Plan, name: str) -> str:
    return next(why for entry, why in todo.left_out if entry.name == name)


def test_a_complete_night(make: Maker, tmp_path: Path) -> None:
    entries = [*make(3, "bias"), *make(3, "dark"), *make(3, "flat"), *make(4, "light")]
    out = tmp_path / "out"
    todo = plan(entries, out)
    assert [step.kind for step in todo.steps] == ["master"] * 3 + ["calibrate"] * 4 + ["rank", "coadd"]
    assert [step.number for step in todo.steps] == list(range(1, 10))
    assert outputs(todo, "master") == ["bias.fits", "dark_60s_-20C.fits", "flat_V.fits"]
    assert not todo.left_out
    assert not todo.notes
    assert len(todo.entries) == 13
    bias, dark, flat = (step.calls[0].arguments for step in todo.steps[:3])
    assert [operand.name for operand in bias["images"]] == [str(entry.path) for entry in entries[:3]]
    assert dark["bias"].name == str(out / "masters" / "bias.fits")
    # the dark is without bias then, and can be scaled to the 3 s of the flats
    assert flat["dark"].name == str(out / "masters" / "dark_60s_-20C.fits")
    light = todo.steps[3]
    assert light.output == out / "calibrated" / "light0.fits"
    assert {key: light.calls[0].arguments[key].name for key in ("bias", "dark", "flat")} == {
        kind: str(out / "masters" / name)
        for kind, name in zip(("bias", "dark", "flat"), outputs(todo, "master"), strict=True)
    }
    assert [sentence.split(":")[0] for sentence in light.why] == ["Bias", "Dark", "Flat"]
    assert all(" fits: " in sentence for sentence in light.why)
    assert [operand.name for operand in todo.steps[-1].calls[0].operands] == [
        str(out / "calibrated" / f"light{number}.fits") for number in range(4)
    ]
    # every step is a call that can be read back: recipe, HISTORY and script are made of them
    assert all(Call.parse(call.text) == call for step in todo.steps for call in step.calls)
    assert not out.exists()


def test_no_flats_and_no_bias(make: Maker, tmp_path: Path) -> None:
    todo = plan([*make(3, "dark"), *make(2, "light")], tmp_path / "out")
    assert outputs(todo, "master") == ["dark_60s_-20C.fits"]
    assert todo.steps[1].calls[0].arguments["flat"] is None
    assert any("No flat is in the folder" in note for note in todo.notes)
    assert any("the darks contain it" in note for note in todo.notes)


def test_each_set_by_itself(make: Maker, tmp_path: Path) -> None:
    entries = [
        *make(3, "dark", "short", exposure=10.0),
        *make(3, "dark", "warm", temperature=-5.0),
        *make(3, "dark"),
        *make(2, "flat", "flatR", filter="R"),
        *make(2, "light"),
        *make(2, "light", "red", filter="R"),
        *make(2, "light", "quick", exposure=10.0),
        *make(1, "light", "small", shape=(50, 60), binning=(2, 2)),
    ]
    todo = plan(entries, tmp_path / "out")
    assert outputs(todo, "master") == ["dark_10s_-20C.fits", "dark_60s_-20C.fits", "flat_R.fits"]
    assert "no frame needs this dark" in why_left(todo, "warm0.fits")
    stacks = ["M13_R.fits", "M13_V_10s.fits", "M13_V_60s.fits", "M13_V_60s_bin2x2.fits"]
    assert sorted(outputs(todo, "coadd")) == stacks
    small = next(step for step in todo.steps if step.output and "bin2x2" in step.output.name)
    assert any("could not be calibrated" in sentence for sentence in small.why)
    assert any("It is the only one" in sentence for sentence in small.why)
    assert any("differ in exposure" in sentence for sentence in small.why)


def test_what_cannot_be_used_is_named(make: Maker, tmp_path: Path) -> None:
    lights = make(3, "light")
    strange = [
        replace(make(1, "light", "cube")[0], shape=(5, 100, 120)),
        replace(make(1, "light", "arc")[0], kind="other"),
        replace(make(1, "light", "what")[0], kind=""),
        replace(make(1, "light", "broken")[0], kind="", shape=(), problem="broken0.fits is empty"),
        replace(make(1, "light", "cut")[0], notes=("File: rows 5 to 9 are missing: the file is cut short.",)),
        replace(make(1, "light", "done")[0], master=True),
        replace(lights[0], name="link.fits"),
    ]
    todo = plan(
        [*make(3, "dark"), *lights, *strange], tmp_path / "out", Options(without=frozenset([lights[2].path]))
    )
    for name, words in {
        "cube0.fits": "cube of 120 × 100 × 5",
        "arc0.fits": "neither bias",
        "what0.fits": "cannot be told",
        "broken0.fits": "is empty",
        "cut0.fits": "is damaged: rows 5 to 9",
        "done0.fits": "combined image already",
        "link.fits": "the same file as light0.fits",
        "light2.fits": "deselected by hand",
    }.items():
        assert words in why_left(todo, name)
    assert len(todo.left_out) == 8
    with pytest.raises(ViewerError, match=r"nothing to reduce.*arc0.fits is left out"):
        plan(strange[1:2], tmp_path / "out")
    with pytest.raises(ViewerError, match="no images"):
        plan([], tmp_path / "out")


def test_the_output_folder(make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lights = [*make(2, "dark"), *make(2, "light")]
    night = lights[0].path.parent
    night.mkdir()
    locked = tmp_path / "locked"
    locked.mkdir()
    access = os.access
    # permissions do not stop who runs the tests as root
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != locked and access(path, mode))
    for folder, words in {
        night: "is the folder of the raw files",
        tmp_path / "x" / ".." / "night": "is the folder of the raw files",
        locked / "out": f"{locked} is read-only",
    }.items():
        with pytest.raises(ViewerError, match=words):
            plan(lights, folder)
    (tmp_path / "link").symlink_to(night)
    with pytest.raises(ViewerError, match="is the folder of the raw files"):
        plan(lights, tmp_path / "link")
    deep = [*lights, replace(lights[0], path=night / "sub" / "a.fits", name="sub/a.fits")]
    with pytest.raises(ViewerError, match=r"holds raw files \(sub/a.fits\)"):
        plan(deep, night / "sub")
    (tmp_path / "file").touch()
    with pytest.raises(ViewerError, match="is a file"):
        plan(lights, tmp_path / "file")
    # inside the night: what an earlier reduction has left there is not used again
    inside = night / "reduced"
    again = replace(
        lights[-1], path=inside / "calibrated" / "light1.fits", name="reduced/calibrated/light1.fits"
    )
    todo = plan([*lights, again], inside, Options(overwrite=True))
    assert "earlier reduction" in why_left(todo, again.name)
    target = todo.steps[0].output
    assert target is not None
    target.parent.mkdir(parents=True)
    fits.writeto(target, np.zeros((4, 4), "f4"))
    with pytest.raises(ViewerError, match="was not made by a reduction"):
        plan(lights, inside, Options(overwrite=True))
    fits.setval(target, "HISTORY", value="skyloupe: master_dark()")
    with pytest.raises(ViewerError, match=r"exists already: choose another folder, or choose overwrite"):
        plan(lights, inside)
    assert plan([*lights, again], inside, Options(overwrite=True)).steps
    target.unlink()
    target.symlink_to(lights[0].path)
    with pytest.raises(ViewerError, match="was not made by a reduction"):
        plan(lights, inside, Options(overwrite=True))
    target.unlink()
    target.parent.rmdir()
    target.parent.symlink_to(night)
    with pytest.raises(ViewerError, match="is a link to another folder"):
        plan(lights, inside, Options(overwrite=True))


def test_results_go_on_with_what_is_left(make: Maker, tmp_path: Path) -> None:
    todo = plan([*make(3, "dark"), *make(3, "light")], tmp_path / "out")
    *calibrations, rank, coadd = todo.steps[1:]
    done = [StepResult(step, step.output, "") for step in calibrations]
    failed = [done[0], StepResult(calibrations[1], None, "", problem="it is damaged"), done[2]]
    step, left, problem = followed(rank, failed)
    assert (step.inputs, left, problem) == ((rank.inputs[0], rank.inputs[2]), (), "")
    quality = Quality(10, 2.0, 0.1, 100.0, 5.0)
    ranking = StepResult(
        step, None, "", qualities=((step.inputs[1], quality), (step.inputs[0], quality)),
        left_out=((step.inputs[0], "worst"),),
    )  # fmt: skip
    step, _, _ = followed(coadd, [*failed, ranking])
    assert step.inputs == (rank.inputs[2],)
    assert [operand.name for operand in step.calls[0].operands] == [str(rank.inputs[2])]
    nothing = [StepResult(todo.steps[0], None, "", problem="no room")]
    step, left, problem = followed(calibrations[0], nothing)
    assert "could not be made" in problem
    assert left[0][0] == calibrations[0].inputs[0]


def test_names_of_results(make: Maker) -> None:
    light = make(1, "light", target="../NGC 7000 <b>", filter="H-alpha 7nm")
    assert file_name(light) == "NGC-7000-b_H-alpha-7nm"
    assert file_name(make(1, "light", target="", filter=""), "night of 3") == "night-of-3"
    assert file_name(make(1, "dark", temperature=None, exposure=0.5)) == "dark_0.5s"


def test_a_raw_frame_is_not_combined_with_calibrated_ones(make: Maker, tmp_path: Path) -> None:
    lights = [*make(3, "light"), *make(1, "light", "warm", temperature=10.0)]
    todo = plan([*make(3, "dark"), *lights], tmp_path / "out")
    assert len(todo.steps[-1].inputs) == 3
    why = why_left(todo, "warm0.fits")
    assert why.startswith("it is not combined with calibrated frames")
    assert "10" in why
    assert any("1 frame is reduced without" in note for note in todo.notes)


def test_a_corrected_copy_does_not_count_beside_its_raw_frame(make: Maker, tmp_path: Path) -> None:
    lights = make(4, "light")
    corrected = replace(lights[2], path=lights[2].path.with_name("a.fits"), name="a.fits", corrections="BDF")
    # of the same day, but nobody knows whether of the same minute
    other = replace(corrected, path=lights[2].path.with_name("b.fits"), name="b.fits", date="2025-01-01")
    todo = plan([corrected, *make(3, "dark"), *lights], tmp_path / "out")
    assert outputs(todo, "calibrate") == [entry.name for entry in lights]
    assert why_left(todo, "a.fits") == "it is light2.fits after a correction: that raw frame is used."
    # without the raw one it is used
    todo = plan([corrected, other, *lights[:2], *lights[3:]], tmp_path / "out")
    assert not [entry for entry, _ in todo.left_out if entry.name == "a.fits"]


def test_darks_near_a_border_stay_together(make: Maker) -> None:
    # -9.4 and -9.6 would be rounded apart
    darks = [
        replace(entry, temperature=value)
        for entry, value in zip(make(4, "dark"), (-9.4, -9.6, -15, None), strict=True)
    ]
    assert sorted(len(each) for each in sets(darks, 2.0)) == [1, 1, 2]


def test_a_step_without_its_list(make: Maker, tmp_path: Path) -> None:
    todo = plan([*make(3, "dark"), *make(1, "light")], tmp_path / "out")
    step: Step = todo.steps[1].with_inputs(todo.steps[1].inputs)
    assert step == todo.steps[1]
    assert todo.steps[0].masters == ()
    assert [path.name for path in step.masters] == ["dark_60s_-20C.fits"]
