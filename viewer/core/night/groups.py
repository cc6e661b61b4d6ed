"""Groups: the frames of a night that belong together, with a title that says what they have in common."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from viewer.core.night.entry import KINDS, Entry, Kind

# darks of one group differ by no more than this
SAME_TEMPERATURE = 2.0
"""In degrees."""
SAME_EXPOSURE = 0.01
"""As a share."""
UNREADABLE = "Cannot be read"
UNKNOWN = "Kind not known"


@dataclass(frozen=True)
class Group:
    """Frames that belong together.

    Attributes
    ----------
    title : str
        ``Dark, 60 s, −10 °C``; no two groups of a folder have the same.
    kind : str
        Of all of them; empty if it is not known or they cannot be read.
    key : tuple
        What they have in common; groups of the same frames have the same.
    entries : tuple of Entry
        At least one, in the order that they came in.
    """

    title: str
    kind: Kind
    key: tuple[object, ...]
    entries: tuple[Entry, ...]


def grouped(entries: Iterable[Entry]) -> list[Group]:
    """Group the frames of a folder.

    Darks by exposure and temperature, flats by filter, lights by target and filter; all by binning, size,
    gain and camera too. Masters are groups of their own.

    Parameters
    ----------
    entries : iterable of Entry
        As `viewer.core.night.table.scan` finds them.

    Returns
    -------
    list of Group
        Bias, dark, flat, light, other; then what is not known and what cannot be read.
    """
    alike: dict[tuple[object, ...], list[Entry]] = {}
    for entry in entries:
        alike.setdefault(_key(entry), []).append(entry)
    found: list[tuple[tuple[object, ...], Sequence[Entry]]] = []
    for key, members in alike.items():
        parts: list[Sequence[Entry]] = [members]
        if members[0].kind == "dark":
            exposed = _near(members, lambda entry: entry.exposure, lambda value: value * SAME_EXPOSURE)
            parts = [
                cool
                for part in exposed
                for cool in _near(part, lambda entry: entry.temperature, lambda _: SAME_TEMPERATURE)
            ]
        for part in parts:
            found.append(((*key, _exposure(part), _degrees(part)), part))
    titles = _distinct([_title(members) for _, members in found], [members for _, members in found])
    groups = [
        Group(title, members[0].kind if not members[0].problem else "", key, tuple(members))
        for title, (key, members) in zip(titles, found, strict=True)
    ]
    return sorted(groups, key=_order)


def counted(entries: Iterable[Entry]) -> str:
    """Return how many frames there are of each kind: ``3 bias, 3 dark, 5 light, 1 cannot be read``."""
    counts: dict[str, int] = {}
    names = {"": "of unknown kind"}
    for entry in entries:
        what = "cannot be read" if entry.problem else names.get(entry.kind, entry.kind)
        what = f"master {what}" if entry.master else what
        counts[what] = counts.get(what, 0) + 1
    return ", ".join(f"{count} {what}" for what, count in counts.items()) or "no frames"


def _key(entry: Entry) -> tuple[object, ...]:
    if entry.problem:
        return (UNREADABLE,)
    if entry.kind in ("", "other"):
        return (entry.kind,)
    return (
        entry.kind,
        entry.master,
        plain(entry.target) if entry.kind == "light" else "",
        entry.filter if entry.kind in ("flat", "light") else "",
        entry.binning,
        entry.shape,
        None if entry.gain is None else f"{entry.gain:.4g}",
        entry.gain_setting,
        entry.camera,
    )


def plain(target: str) -> str:
    """Return a target's name as it is compared: ``M 13``, ``m13`` and ``M_13`` are one."""
    # a minus in front of digits belongs to a name: SDSS J1234-0056
    return "".join(target.casefold().replace("_", " ").split())


def _near(
    entries: Sequence[Entry], value: Callable[[Entry], float | None], width: Callable[[float], float]
) -> list[Sequence[Entry]]:
    """Split entries where a value is too far from the least of its part; what lacks it stays together."""
    values = [value(entry) for entry in entries]
    known = sorted((each, place) for place, each in enumerate(values) if each is not None)
    parts: list[list[int]] = []
    least = 0.0
    for number, place in known:
        if not parts or number - least > width(least):
            parts.append([])
            least = number
        parts[-1].append(place)
    lacking = [place for place, each in enumerate(values) if each is None]
    return [[entries[place] for place in sorted(part)] for part in (*parts, lacking) if part]


def _exposure(members: Sequence[Entry]) -> str:
    said = [entry.exposure for entry in members]
    known = [exposure for exposure in said if exposure is not None]
    if len(known) < len(said) or max(known) - min(known) > SAME_EXPOSURE * max(known):
        return ""
    return f"{known[0]:.4g} s"


def _degrees(members: Sequence[Entry]) -> str:
    known = [entry.temperature for entry in members if entry.temperature is not None]
    # no negative zero
    return f"{round(sum(known) / len(known)) + 0} °C".replace("-", "−") if known else ""


def _title(members: Sequence[Entry]) -> str:
    first = members[0]
    if first.problem:
        return UNREADABLE
    if first.kind in ("", "other"):
        return "Other" if first.kind else UNKNOWN
    name = f"Master {first.kind}" if first.master else first.kind.capitalize()
    if first.kind == "light":
        parts = ["Light", first.target or "target not said", first.filter, _exposure(members)]
    elif first.kind == "flat":
        parts = [name, first.filter or "filter not said"]
    elif first.kind == "dark":
        parts = [name, _exposure(members) or "exposure not said", _degrees(members)]
    else:
        parts = [name]
    binning = first.binning or (1, 1)
    binned = "" if binning == (1, 1) else "×".join(map(str, binning))
    return ", ".join(filter(None, (*parts, binned)))


def _distinct(titles: list[str], parts: list[Sequence[Entry]]) -> list[str]:
    """Add to equal titles what the groups differ by."""
    details: tuple[Callable[[Entry], str], ...] = (
        lambda entry: " × ".join(map(str, reversed(entry.shape))),
        lambda entry: entry.camera or "camera not said",
        lambda entry: "" if entry.gain_setting is None else f"gain setting {entry.gain_setting:g}",
        lambda entry: "gain not said" if entry.gain is None else f"{entry.gain:.4g} e⁻/count",
        lambda entry: "binning not said" if entry.binning is None else "{}×{}".format(*entry.binning),
    )
    for detail in details:
        said: dict[str, set[str]] = {}
        for title, members in zip(titles, parts, strict=True):
            said.setdefault(title, set()).add(detail(members[0]))
        titles = [
            f"{title}, {detail(members[0])}" if len(said[title]) > 1 and detail(members[0]) else title
            for title, members in zip(titles, parts, strict=True)
        ]
    # those that are equal only because they are rounded
    return [
        f"{title} ({titles[:place].count(title) + 1})" if titles.count(title) > 1 else title
        for place, title in enumerate(titles)
    ]


def _order(group: Group) -> tuple[object, ...]:
    first = group.entries[0]
    place = KINDS.index(group.kind) if group.kind else len(KINDS) + bool(first.problem)
    return (place, group.title.split(", ")[1:2], first.filter, first.exposure or 0, first.temperature or 0)
