"""Settings survive a restart, and no settings file can stop the program."""

import json
from dataclasses import replace

import pytest

from viewer.core.session.settings import Settings, load_settings, save_settings


def test_settings_come_back(tmp_path):
    path = tmp_path / "deep" / "settings.json"
    chosen = replace(Settings(), sky_frame="galactic", pinned_cards=("EXPTIME",), keep_settings=True)
    save_settings(chosen, path)
    assert load_settings(path) == chosen
    assert [found.name for found in path.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '"x"', '{"sky_frame": 3, "recent": "x", "unknown": 1}']
)
def test_a_broken_or_foreign_file_gives_the_defaults(tmp_path, text):
    path = tmp_path / "settings.json"
    path.write_text(text)
    assert load_settings(path) == Settings()


def test_one_wrong_value_does_not_take_the_others_with_it(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"sky_frame": "fk5", "sexagesimal": "yes"}))
    assert load_settings(path) == replace(Settings(), sky_frame="fk5")


def test_the_newest_recent_file_comes_first_and_only_once():
    settings = Settings().remember("a").remember("b").remember("a")
    assert settings.recent == ("a", "b")
    for number in range(30):
        settings = settings.remember(str(number))
    assert len(settings.recent) == 15
