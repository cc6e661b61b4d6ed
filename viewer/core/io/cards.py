"""Cards: single keywords out of a raw header, with numpy's and astropy's help neither needed nor used."""

import re
from functools import cached_property

CARD = 80
Value = bool | int | float | str | None

_STRING = re.compile(r"\s*'((?:[^']|'')*)('?)")
_INTEGER = re.compile(r"[+-]?\d{1,40}\Z")
_FLOAT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[ED][+-]?\d{1,5})?\Z", re.IGNORECASE)


class Cards:
    """The cards of one header, each parsed when somebody asks for it.

    It never raises: what cannot be read as a value is None. Only plain ``KEYWORD = value`` cards
    are looked at, which is what decides where data lies and how it is scaled; the header for
    people is `viewer.core.header`'s.

    Parameters
    ----------
    raw : bytes
        80 bytes for each card, without END.
    """

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def __contains__(self, keyword: str) -> bool:
        return keyword in self._places

    @cached_property
    def _places(self) -> dict[str, int]:
        raw = self.raw
        places: dict[str, int] = {}
        # the first of several cards of one keyword counts, as in astropy
        for start in range(0, len(raw), CARD):
            if raw[start + 8 : start + 9] == b"=":
                keyword = raw[start : start + 8].decode("latin-1").strip().upper()
                places.setdefault(keyword, start)
        return places

    @property
    def keywords(self) -> tuple[str, ...]:
        """The keywords that have a value, in the header's order."""
        return tuple(self._places)

    def get(self, keyword: str) -> Value:
        """Return the value of a card; None if there is no card, no value or nonsense."""
        start = self._places.get(keyword)
        if start is None:
            return None
        field = self.raw[start + 9 : start + CARD].decode("latin-1")
        match = _STRING.match(field)
        if match:
            return self._continued(match[1].replace("''", "'"), start)
        text = field.partition("/")[0].strip()
        if text in ("T", "t"):
            return True
        if text in ("F", "f"):
            return False
        if _INTEGER.match(text):
            return int(text)
        if _FLOAT.match(text):
            return float(text.upper().replace("D", "E"))
        return None

    def _continued(self, text: str, start: int) -> str:
        text = text.rstrip()
        while text.endswith("&"):
            start += CARD
            card = self.raw[start : start + CARD].decode("latin-1")
            match = _STRING.match(card[8:]) if card.startswith("CONTINUE") else None
            if match is None:
                break
            text = text[:-1] + match[1].replace("''", "'").rstrip()
        return text

    def text(self, keyword: str, default: str = "") -> str:
        """Return a string value without trailing blanks; `default` if it is not a string."""
        value = self.get(keyword)
        return value if isinstance(value, str) else default

    def integer(self, keyword: str, default: int | None = None) -> int | None:
        """Return an integer value; also one written as 16.0 or as a string."""
        value = self.get(keyword)
        if isinstance(value, str) and _INTEGER.match(value.strip()):
            return int(value)
        if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
            return int(value)
        return value if isinstance(value, int) and not isinstance(value, bool) else default

    def number(self, keyword: str, default: float) -> int | float:
        """Return a finite number, as an int if it is written as one; also one in quotes."""
        value = self.get(keyword)
        if isinstance(value, str) and _FLOAT.match(value.strip()):
            value = float(value.strip().upper().replace("D", "E"))
        if isinstance(value, bool) or not isinstance(value, int | float):
            return default
        return value if abs(value) < float("inf") else default
