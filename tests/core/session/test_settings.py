"""Settings survive a restart, other versions and other windows, and no file can stop the program."""

import json
import logging
from dataclasses import fields, replace

import pytest

from viewer.core.render.colormap import ColorMap
from viewer.core.render.limits import Limits
from viewer.core.render.scale import DEFAULT_SCALE, Scale
from viewer.core.render.stretch import Stretch
from viewer.core.session.jobs import Jobs
from viewer.core.session.preferences import preferences, preferred
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings, load_settings, save_settings


def test_settings_come_back(tmp_path):
    path = tmp_path / "deep" / "settings.json"
    chosen = replace(
        Settings(),
        sky_frame="galactic",
        pinned_cards=("EXPTIME",),
        keep_settings=True,
        limits="zscale*4.0",
        stretch_parameter=1.0,
        sky_digits=0,
        folder="/data/caf\udce9",
    )
    save_settings(chosen, path)
    assert load_settings(path) == chosen
    assert [found.name for found in path.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '"x"', '{"sky_frame": 3, "recent": "x", "unknown": 1}', "[" * 100_000],
)
def test_a_broken_or_foreign_file_gives_the_defaults(tmp_path, text):
    path = tmp_path / "settings.json"
    path.write_text(text)
    assert load_settings(path) == Settings()


def test_one_wrong_value_does_not_take_the_others_with_it(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"sky_frame": "fk5", "sexagesimal": "yes"}))
    assert load_settings(path) == replace(Settings(), sky_frame="fk5")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limits", "most"),
        ("limits", "5,5"),
        ("stretch", "steep"),
        ("stretch", ["log"]),
        ("stretch_parameter", True),
        ("stretch_parameter", 10**400),
        ("stretch_parameter", float("inf")),
        ("colormap", "jet"),
        ("sky_digits", 99),
        ("sky_digits", 2.5),
        ("undo_megabytes", -1),
        ("undo_megabytes", float("nan")),
        ("mouse", "trackball"),
        ("theme", None),
        ("restore", 1),
        ("pinned_cards", ["OBJECT", 3]),
    ],
)
def test_a_wrong_value_becomes_the_default_and_is_named(tmp_path, caplog, name, value):
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({name: value, "single_window": False}))
    with caplog.at_level(logging.INFO, "viewer.core.session.settings"):
        assert load_settings(path) == replace(Settings(), single_window=False)
    assert name in caplog.text
    assert str(path) in caplog.text


def test_what_another_version_wrote_stays(tmp_path):
    path = tmp_path / "settings.json"
    newer = {"theme": "ultraviolet", "telepathy": {"range": 3}, "sky_digits": 5}
    path.write_text(json.dumps(newer))
    known = load_settings(path)
    assert known == replace(Settings(), sky_digits=5)
    save_settings(replace(known, sky_digits=1), path, known)
    assert json.loads(path.read_text()) == newer | {"sky_digits": 1}


def test_two_windows_do_not_take_back_what_the_other_chose(tmp_path):
    path = tmp_path / "settings.json"
    start = Settings()
    save_settings(replace(start, theme="red"), path, start)
    save_settings(replace(start, sky_frame="fk5"), path, start)
    assert load_settings(path) == replace(start, theme="red", sky_frame="fk5")


def test_a_file_with_a_comma_too_many_is_put_aside_and_not_lost(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "red",}')
    save_settings(Settings(restore=True), path, Settings())
    assert load_settings(path) == Settings(restore=True)
    assert path.with_name("settings.damaged.json").read_text() == '{"theme": "red",}'


def test_a_folder_that_cannot_be_written_is_said_once(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setenv("SKYLOUPE_CONFIG", str(blocked / "skyloupe"))
    session, told = Session(Jobs(threads=0)), []
    session.told.connect(lambda level, sentence: told.append((level, sentence)))
    session.set_settings(replace(session.settings, theme="red"))
    session.set_settings(replace(session.settings, theme="dark"))
    assert session.settings.theme == "dark"
    [(level, sentence)] = told
    assert level == "warning"
    assert str(blocked / "skyloupe") in sentence


def test_the_scale_of_the_first_view():
    assert Settings().scale == DEFAULT_SCALE
    chosen = Settings(
        limits="99.5", stretch="log", stretch_parameter=99.0, colormap="heat", inverted_colours=True
    )
    assert chosen.scale == Scale(
        Limits("percent", percent=99.5), Stretch("log", 99.0), ColorMap("heat", inverted=True)
    )
    # each is right by itself, both together are not
    assert Settings(stretch="sinh", stretch_parameter=1000.0).scale == DEFAULT_SCALE


def test_each_preference_says_what_it_is_and_takes_its_default():
    asked = [each for group in preferences().values() for each in group]
    assert [each.name for each in asked] == [each.name for each in fields(Settings) if each.metadata]
    for each in asked:
        assert each.help
        assert each.check(each.default) == each.default
        assert each.read(each.write(each.default)) == each.default
    assert len({each.title for each in asked}) == len(asked)
    assert preferred(Settings(theme="red"))["theme"] == "red"


def test_the_newest_recent_file_comes_first_and_only_once():
    settings = Settings().remember("a").remember("b").remember("a")
    assert settings.recent == ("a", "b")
    for number in range(30):
        settings = settings.remember(str(number))
    assert len(settings.recent) == 15
