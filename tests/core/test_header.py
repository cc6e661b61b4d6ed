"""Headers as a reader wants them, and no header that breaks the program."""

import warnings
from pathlib import Path

import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st

from viewer.core.header import PINNED, as_text, parse, pinned, rows, search

GOOD = b"SIMPLE  =                    T / conforms to FITS standard"


def cards(*texts: str | bytes) -> bytes:
    """Raw cards; text that is too long is cut, as a card is."""
    raw = [text if isinstance(text, bytes) else text.encode("latin-1") for text in texts]
    return b"".join(text[:80].ljust(80) for text in raw)


def use_everything(header: fits.Header) -> None:
    for card in header.cards:
        _ = card.keyword, card.value, card.comment, str(card)
    for keyword in header:
        _ = header[keyword]
    header.tostring()


def test_rows_read_as_a_person_wants_them() -> None:
    raw = cards(
        "SIMPLE  =                    T / conforms",
        "EXPTIME =             1.50E+01 / [s] exposure",
        "OBJECT  = 'Barnard''s star  '  / target / or so",
        "HIERARCH ESO TEL AIRM START = 1.234 / airmass",
        "LONG    = 'the first half &'   / one",
        "CONTINUE  'and the second'     / two",
        "EMPTY   =",
        "",
        "",
        "COMMENT   a remark",
        "HISTORY step 1",
        "HISTORY step 2",
        "        text under no keyword",
        "",
        "END",
    )
    found = [(row.keyword, row.value, row.comment, row.index) for row in rows(raw)]
    assert found == [
        ("SIMPLE", "T", "conforms", 0),
        ("EXPTIME", "1.50E+01", "[s] exposure", 1),
        ("OBJECT", "Barnard's star", "target / or so", 2),
        ("ESO TEL AIRM START", "1.234", "airmass", 3),
        ("LONG", "the first half and the second", "one two", 4),
        ("EMPTY", "", "", 6),
        ("", "", "", 7),
        ("COMMENT", "  a remark", "", 9),
        ("HISTORY", "step 1", "", 10),
        ("HISTORY", "step 2", "", 11),
        ("", "text under no keyword", "", 12),
    ]
    assert not any(row.bad for row in rows(raw))
    assert [row.typed for row in rows(raw)[:3]] == [True, 15.0, "Barnard's star"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"OBJECT  = M 31 / no quotes", "M 31"),
        (b"OBJECT  = 'never closed / and so on", "never closed / and so on"),
        (b"OBSERVER= 'J. M\xfcller'", "J. Müller"),
        ("OBSERVER= 'J. Müller'".encode(), "J. Müller"),
        (b"NOTE    = 'two\nlines'", "two lines"),
        (b"ra      =                 12.5", "12.5"),
    ],
)
def test_a_bad_card_is_shown_raw_and_flagged(text: bytes, value: str) -> None:
    (row,) = rows(cards(text))
    assert (row.bad, row.value) == (True, value)
    header = parse(cards(GOOD, text, "EXPTIME =                 20.0"))
    use_everything(header)
    assert header["EXPTIME"] == 20.0


def test_a_cut_header_keeps_what_is_there() -> None:
    raw = cards(GOOD, "EXPTIME =                 20.0") + b"OBJECT  = 'M1"
    assert [row.keyword for row in rows(raw)] == ["SIMPLE", "EXPTIME", "OBJECT"]
    assert parse(raw)["EXPTIME"] == 20.0


def test_search_looks_everywhere_in_any_case() -> None:
    table = rows(
        cards("EXPTIME = 20.0 / [s] shutter open", "FILTER  = 'Johnson V'", "HISTORY dark subtracted")
    )
    assert [row.keyword for row in search(table, "exp")] == ["EXPTIME"]
    assert [row.keyword for row in search(table, "SHUTTER")] == ["EXPTIME"]
    assert [row.keyword for row in search(table, "v johnson")] == ["FILTER"]
    assert [row.keyword for row in search(table, "subtracted")] == ["HISTORY"]
    assert search(table, "  ") == table
    assert search(table, "nothing of the kind") == []


def test_pinned_cards_are_found_under_every_spelling() -> None:
    raw = cards("EXPOSURE= 20.0", "FILTER1 = 'r'", "HIERARCH ESO DET OUT1 CONAD = 1.1", "TARGNAME= 'M67'")
    found = {row.keyword: row.value for row in pinned(raw)}
    assert found == {"TARGNAME": "M67", "EXPOSURE": "20.0", "FILTER1": "r", "ESO DET OUT1 CONAD": "1.1"}
    assert [row.keyword for row in pinned(raw, ["filter", "EXPTIME", "NOSUCH", "exposure"])] == [
        "FILTER1",
        "EXPOSURE",
    ]


def test_rows_of_a_parsed_header_are_those_of_its_cards(sample: Path) -> None:
    raw = sample.read_bytes()[: 2880 * 4]
    raw = raw[: raw.index(b"END" + b" " * 77)]
    header = fits.getheader(sample)
    assert [(row.keyword, row.value) for row in rows(header)] == [
        (row.keyword, row.value) for row in rows(raw)
    ]
    parsed = parse(raw)
    assert {key: parsed[key] for key in header if key not in ("COMMENT", "HISTORY", "")} == {
        key: header[key] for key in header if key not in ("COMMENT", "HISTORY", "")
    }
    written = header.tostring(sep="\n", padding=False).splitlines()
    assert as_text(raw).splitlines() == [line.rstrip() for line in written]


def test_the_values_of_every_real_header_are_astropys(data_dir: Path, manifest: list[dict[str, str]]) -> None:
    seen = 0
    for row in manifest:
        path = data_dir / row["file"]
        if row["astropy_status"] != "opens" or path.suffix not in (".fits", ".fit"):
            continue
        if "group" in row["file"]:
            continue  # astropy changes NAXIS of random groups
        with path.open("rb") as file:
            raw = file.read(2880 * 100)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            header = fits.getheader(path, 0)
            header.tostring()
            parsed = parse(raw)
            table = {entry.keyword.upper(): entry for entry in reversed(rows(raw)) if not entry.bad}
            for card in header.cards:
                if card.keyword in ("COMMENT", "HISTORY", "", "EXTEND") or header.count(card.keyword) > 1:
                    continue
                assert parsed[card.keyword] == card.value or card.value is fits.card.UNDEFINED, (path, card)
                if card.keyword.upper() in table and isinstance(card.value, bool | int | float | str):
                    assert table[card.keyword.upper()].typed == card.value, (path, card)
        seen += 1
    assert seen > 80


@given(st.binary(max_size=600))
@settings(max_examples=150, deadline=None)
def test_no_bytes_break_a_header(junk: bytes) -> None:
    raw = cards(GOOD, "EXPTIME =                 20.0") + junk
    use_everything(parse(raw))
    assert rows(raw)[0].keyword == "SIMPLE"
    assert as_text(raw).endswith("END\n")


@given(st.lists(st.text(alphabet=" '=/&ABCONTIUEHRY0129.-+()*", min_size=1, max_size=80), max_size=8))
@settings(max_examples=200, deadline=None)
def test_no_card_breaks_a_header(texts: list[str]) -> None:
    raw = cards(*texts)
    use_everything(parse(raw))
    use_everything(parse(cards(*("KEY     = " + text for text in texts))))
    pinned(raw, PINNED)
