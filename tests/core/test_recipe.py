"""Recipes: what is written is read back; anything else is refused as a whole, in a sentence."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import viewer.core.operations  # noqa: F401 - fills the registry
from viewer.core.call import Call, Operand
from viewer.core.errors import ViewerError
from viewer.core.operation import operations
from viewer.core.recipe import VERSION, parse_recipe, read_recipe, recipe_text

NAMES = sorted(operations())
WITH_IMAGES = [name for name in NAMES if operations()[name].images]
ARGUMENTS = sorted({parameter.name for each in operations().values() for parameter in each.parameters})

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["nan", "inf", "dark.fits", "a.fits[SCI,2]", "nearest", ""])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def _steps(values: st.SearchStrategy) -> st.SearchStrategy:
    arguments = st.dictionaries(st.sampled_from(ARGUMENTS), values, max_size=3)
    return st.builds(lambda name, given: {"operation": name, **given}, st.sampled_from(NAMES), arguments)


OPERANDS = st.builds(
    lambda name, steps: {"image": name, "steps": steps},
    st.sampled_from(["", "dark.fits"]),
    st.lists(_steps(SCALARS), max_size=2),
)


ROWS = st.lists(st.lists(st.integers(-2, 2) | st.floats(), min_size=1, max_size=3), max_size=3)


@st.composite
def fitting_steps(draw: st.DrawFn) -> dict:
    """Draw a step whose arguments have the right names, and often the right values."""
    operation = operations()[draw(st.sampled_from(NAMES) | st.sampled_from(WITH_IMAGES))]
    step: dict = {"operation": operation.name}
    for each in operation.parameters:
        right = {
            "bool": st.booleans(),
            "int": st.integers(-3, 9) | st.floats(-3, 9),
            "float": st.floats(-10, 10) | st.sampled_from(["nan", "inf", 3]),
            "choice": st.sampled_from(each.choices or ("",)),
            "matrix": ROWS,
            "image": st.just("dark.fits") | OPERANDS,
        }.get(each.kind, st.text(max_size=9))
        if each.kind == "image" or draw(st.booleans()):
            step[each.name] = draw(right | VALUES)
    return step


def images_are_named(calls: tuple[Call, ...]) -> bool:
    for call in calls:
        for parameter in call.operation.images:
            given = call.arguments[parameter.name]
            operands = given if parameter.kind == "images" else [given]
            if given is None and parameter.optional:
                continue
            if not all(isinstance(each, Operand) and images_are_named(each.calls) for each in operands):
                return False
    return True


def read_or_refused(text: str) -> None:
    try:
        calls = parse_recipe(text)
    except ViewerError:
        return
    assert calls
    assert images_are_named(calls)
    again = parse_recipe(recipe_text(calls))
    # as text: NaN is not equal to itself
    assert [call.text for call in again] == [call.text for call in calls]
    assert [Call.parse(call.text).text for call in calls] == [call.text for call in calls]


@given(st.text() | VALUES.map(lambda value: json.dumps(value)))
def test_anything_is_read_or_refused(text: str) -> None:
    read_or_refused(text)


@given(st.lists(fitting_steps() | _steps(VALUES | OPERANDS), min_size=1, max_size=3), st.integers(-1, 2))
def test_what_looks_like_a_recipe_is_read_or_refused(steps: list, version: int) -> None:
    read_or_refused(json.dumps({"skyloupe recipe": version, "steps": steps}))


def test_deep_nesting_is_refused() -> None:
    read_or_refused("[" * 100_000)
    step: dict = {"operation": "normalize"}
    for _ in range(240):
        step = {"operation": "subtract_image", "other": {"image": "a.fits", "steps": [step]}}
    read_or_refused(json.dumps({"skyloupe recipe": 1, "steps": [step]}))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[1, 2]", "does not begin with"),
        ("{", "is not a recipe"),
        ('{"skyloupe recipe": true, "steps": []}', "does not begin with"),
        (f'{{"skyloupe recipe": {VERSION + 1}, "steps": [{{"operation": "fold"}}]}}', "newer"),
        ('{"skyloupe recipe": 1, "steps": []}', "no steps"),
        ('{"skyloupe recipe": 1, "steps": [{"sigma": 2}]}', "step 1.*names no operation"),
        ('{"skyloupe recipe": 1, "steps": [{"operation": "normalize"}, {"operation": "gausian"}]}',
         "step 2.*did you mean gaussian"),
        ('{"skyloupe recipe": 1, "steps": [{"operation": "gaussian", "sigma": -1}]}', "step 1: sigma.*-1"),
        ('{"skyloupe recipe": 1, "steps": [{"operation": "gaussian", "width": 1}]}', "no parameter width"),
        ('{"skyloupe recipe": 1, "steps": [{"operation": "subtract_image"}]}', "needs another image"),
        ('{"skyloupe recipe": 1, "steps": [{"operation": "subtract_image", "other": 5}]}', "other"),
    ],
)  # fmt: skip
def test_refused_with_a_reason(content: str, said: str) -> None:
    with pytest.raises(ViewerError, match=said):
        parse_recipe(content, "night.recipe.json")


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "a.recipe.json"
    calls = (
        Call.of("gaussian", sigma=2),
        Call.of("subtract_image", other=Operand("dark.fits[1]", (Call.of("normalize"),))),
    )
    path.write_text(recipe_text(calls, "for dark frames, ä"), encoding="utf-8")
    assert read_recipe(path) == calls
    path.write_bytes(b"SIMPLE  =                    T\xff")
    with pytest.raises(ViewerError, match=r"a\.recipe\.json is not a recipe"):
        read_recipe(path)
    with pytest.raises(ViewerError, match="there is no recipe"):
        read_recipe(tmp_path / "none.json")
    with pytest.raises(ViewerError, match="cannot be read"):
        read_recipe(tmp_path)


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "notepad.recipe.json"
    path.write_bytes(b"\xef\xbb\xbf" + recipe_text((Call.of("gaussian", sigma=2),)).encode())
    assert read_recipe(path) == (Call.of("gaussian", sigma=2),)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (
            '{"skyloupe recipe": 1, "steps": [{"operation": "gaussian", "sigma": null}]}',
            "sigma cannot be None",
        ),
        (
            '{"skyloupe recipe": 1, "steps": [{"operation": "gaussian", "sigma": 1, "sigma": 3}]}',
            "'sigma' is said twice",
        ),
        (
            '{"skyloupe recipe": 1, "steps": [{"operation": "gaussian"}], "steps": []}',
            "'steps' is said twice",
        ),
        ('{"skyloupe recipe": 0, "steps": [{"operation": "gaussian"}]}', "is not a recipe"),
        (
            '{"skyloupe recipe": 1, "steps": [{"operation": "gaussian", "sigma": ' + "9" * 5000 + "}]}",
            "digits",
        ),
        ('{"skyloupe recipe": ' + "9" * 400 + ', "steps": []}', "newer"),
        ('{"skyloupe recipe": 1, "steps": ' + "[" * 100_000, "nested too deeply"),
        ('{"skyloupe recipe": 1, "steps": [{"operation": "\\u001b[31mred\\n"}]}', "no operation '?[31mred?'"),
    ],
)
def test_what_is_wrong_is_said_in_a_short_sentence(text: str, word: str) -> None:
    with pytest.raises(ViewerError) as caught:
        parse_recipe(text)
    message = str(caught.value)
    assert word in message
    assert len(message) < 200
    assert message.isprintable()
