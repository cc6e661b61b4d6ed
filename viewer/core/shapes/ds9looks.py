"""What a DS9 region file says of a region besides its shape: colour, text, tags and the like."""

import re
from collections.abc import Mapping
from typing import Any

SYMBOLS = ("circle", "box", "diamond", "cross", "x", "arrow", "boxcircle")
"""How DS9 marks points."""

_PAIR = re.compile(
    r"\b(\w+)\s*=\s*(\{[^}]*\}|\"[^\"]*\"|'[^']*'|[^\s={\"']+(?:\s+[-+.\d]+(?=\s|$))*)\s*", re.ASCII
)
# what DS9 says in the second line of every file
_USUAL = {
    "dashlist": "8 3",
    "font": '"helvetica 10 normal roman"',
    "select": "1",
    "highlite": "1",
    "dash": "0",
    "fixed": "0",
    "edit": "1",
    "move": "1",
    "rotate": "1",
    "delete": "1",
    "include": "1",
    "source": "1",
    "composite": "1",
}
_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}){1,4}")


def looks_of(text: str, kind: str, inherited: Mapping[str, Any]) -> dict[str, Any]:
    """Read what follows the number sign.

    Parameters
    ----------
    text : str
        ``color=red text={M 51} tag={a} tag={b} dash=1``.
    kind : str
        Of the region.
    inherited : mapping
        What the lines before say for all, as `shared` returns it.

    Returns
    -------
    dict
        Fields of `Region`. What has no field there is kept as it is written, in `style`.
    """
    found = dict(inherited)
    if not text:
        return found
    tags: list[str] = list(found.get("tags", ()))
    rest, end = [], 0
    for match in _PAIR.finditer(text):
        rest.append(text[end : match.start()])
        end = match.end()
        key, value = match[1].lower(), _bare(match[2])
        if key == "text":
            found["name"] = value
        elif key == "tag":
            tags.append(value)
        elif key == "color":
            found["colour"] = _colour(value)
        elif key == "width" and value.isdecimal():
            found["width"] = int(value)
        elif key == "include" and value in ("0", "1"):
            found["include"] = value == "1"
        elif key == "point" and kind == "point" and value.split()[:1] and value.split()[0] in SYMBOLS:
            found["symbol"] = value
        elif key == "textangle" and kind == "text" and _number(value) is not None:
            found["angle"] = _number(value)
        elif key not in ("vector", "composite"):
            rest.append(match[0])
    rest.append(text[end:])
    style = " ".join(" ".join(rest).split())
    if tags:
        found["tags"] = tuple(tags)
    if style:
        found["style"] = f"{found['style']} {style}" if found.get("style") else style
    return found


def shared(text: str, before: Mapping[str, Any]) -> dict[str, Any]:
    """Read a ``global`` line, or the attributes of a composite: what all regions after it have.

    What DS9 writes into every file is taken for granted and left out.
    """
    kept = "".join(
        match[0]
        for match in _PAIR.finditer(text)
        if _USUAL.get(match[1].lower()) != " ".join(match[2].split())
    )
    return looks_of(kept, "", before)


def _bare(value: str) -> str:
    return value[1:-1] if value[:1] in ("{", '"', "'") else " ".join(value.split())


def _colour(value: str) -> str:
    """Return a colour's name, or #rrggbb of any length of hexadecimal number."""
    if not _HEX.fullmatch(value):
        return value
    digits = len(value) // 3
    parts = [value[1 + digits * i : 1 + digits * (i + 1)] for i in range(3)]
    return "#" + "".join((part * 2)[:2] for part in parts).lower()


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
