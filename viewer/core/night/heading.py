"""Heading: the header values of one file by keyword, HIERARCH and inherited ones too."""

import re
from functools import cached_property

from viewer.core.io.cards import CARD, Cards, Value

_HIERARCH = re.compile(r"HIERARCH\s+([^=]{1,60}?)\s*=(.*)", re.DOTALL)


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

    @cached_property
    def _cards(self) -> tuple[Cards, ...]:
        return tuple(Cards(raw) for raw in self.headers)

    @cached_property
    def _hierarch(self) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for raw in self.headers:
            place = raw.find(b"HIERARCH ")
            while place >= 0:
                if place % CARD == 0:
                    keyword, value = _long(raw[place : place + CARD])
                    if keyword:
                        found.setdefault(keyword, value)
                place = raw.find(b"HIERARCH ", place + 1)
        return found

    @property
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
        wanted = " ".join(keyword.upper().split()).removeprefix("HIERARCH ")
        for cards in self._cards:
            value = cards.get(wanted)
            if value is not None:
                return value
        return self._hierarch.get(wanted)

    def __reduce__(self) -> tuple[type["Heading"], tuple[bytes, ...]]:
        # what was parsed is not sent along to another process
        return Heading, self.headers


def _long(card: bytes) -> tuple[str, Value]:
    """Return keyword and value of a HIERARCH card; an empty keyword if it is none."""
    match = _HIERARCH.match(card.decode("latin-1"))
    if match is None:
        return "", None
    # as if it were a plain card, with more room than that has
    value = match[2]
    plain = Cards(f"VALUE   ={value:<71}"[:CARD].encode("latin-1"))
    return " ".join(match[1].upper().split()), plain.get("VALUE")
