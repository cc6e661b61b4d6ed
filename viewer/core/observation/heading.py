"""Heading: the header values of one file by keyword, HIERARCH and inherited ones too."""

import re
from functools import cached_property, lru_cache

from viewer.core.io.cards import CARD, Cards, Value

_HIERARCH = re.compile(r"HIERARCH\s+([^=]{1,60}?)\s*=(.*)", re.DOTALL)
_STRING = re.compile(r"\s*'(?:[^']|'')*'")


class Heading:
    """What the headers of a file say about its first image; each value is parsed when it is asked for.

    It never raises: what cannot be read as a value is None.

    Parameters
    ----------
    *headers : bytes
        80 bytes for each card, without END. The image's own header first; what it lacks is looked for
        in the next ones, such as the primary header.
    """

    def __init__(self, *headers: bytes) -> None:
        self.headers = headers

    @classmethod
    def of(cls, *cards: Cards) -> "Heading":
        """Return a heading of headers that were looked into before, which is not done again."""
        heading = cls(*(each.raw for each in cards))
        heading._cards = cards
        return heading

    def __reduce__(self) -> tuple[type["Heading"], tuple[bytes, ...]]:
        # what was parsed is not sent along to another process
        return Heading, self.headers

    @cached_property
    def _cards(self) -> tuple[Cards, ...]:
        return tuple(Cards(raw) for raw in self.headers)

    @cached_property
    def _hierarch(self) -> dict[str, str]:
        """What stands behind the equals sign, by keyword."""
        found: dict[str, str] = {}
        for raw in self.headers:
            place = raw.find(b"HIERARCH ")
            while place >= 0:
                match = _HIERARCH.match(raw[place : place + CARD].decode("latin-1"))
                if place % CARD == 0 and match is not None:
                    found.setdefault(" ".join(match[1].upper().split()), match[2])
                place = raw.find(b"HIERARCH ", place + 1)
        return found

    @cached_property
    def keywords(self) -> tuple[str, ...]:
        """The keywords that have a value, in the headers' order, each once; HIERARCH ones last."""
        plain = (keyword for cards in self._cards for keyword in cards.keywords)
        return tuple(dict.fromkeys((*plain, *self._hierarch)))

    def get(self, keyword: str) -> Value:
        """Return the value of a card; None if there is none.

        Parameters
        ----------
        keyword : str
            In any case; ``ESO DPR CATG`` for a HIERARCH card, with or without that word.
        """
        wanted = _plain(keyword)
        for cards in self._cards:
            value = cards.get(wanted)
            if value is not None:
                return value
        field = self._hierarch.get(wanted)
        # as if it were a plain card, which has less room for the keyword and so more for the value
        return None if field is None else Cards(f"VALUE   ={field:<71}".encode("latin-1")).get("VALUE")

    def text(self, keyword: str) -> str:
        """Return a string or number as text without needless blanks; empty if there is none."""
        value = self.get(keyword)
        return "" if value is None or isinstance(value, bool) else " ".join(str(value).split())

    def comment(self, keyword: str) -> str:
        """Return the comment of a card; empty if there is none."""
        wanted = _plain(keyword)
        field = self._hierarch.get(wanted, "")
        for raw in self.headers:
            place = raw.find(f"{wanted:<8}=".encode("latin-1", "replace"))
            if place >= 0 and place % CARD == 0:
                field = raw[place + 9 : place + CARD].decode("latin-1")
                break
        string = _STRING.match(field)
        return (field[string.end() :] if string else field).partition("/")[2].strip()


@lru_cache(1024)
def _plain(keyword: str) -> str:
    return " ".join(keyword.upper().split()).removeprefix("HIERARCH ")
