"""Suggesting: the remembered bias and dark that the frames of a new master need, chosen in its form."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PyQt6.QtCore import QObject

from viewer.core.night.entry import Entry
from viewer.core.progress import Progress
from viewer.core.session.session import Session
from viewer.ui.dialogs.form import Form
from viewer.ui.night.matching import Match, masters_in, match
from viewer.ui.texts import sentence
from viewer.ui.working import Work

NEEDS = {"dark": ("bias",), "flat": ("bias", "dark")}


class Suggesting:
    """Looks for fitting masters where they are remembered to be; what the user has chosen stays.

    Parameters
    ----------
    session : Session
        Its settings know the place.
    forms : mapping of str to Form
        For each kind of master.
    say : callable
        Gets a sentence about what was chosen, and why.
    parent : QObject
        As in Qt.
    """

    def __init__(
        self, session: Session, forms: Mapping[str, Form], say: Callable[[str], object], parent: QObject
    ) -> None:
        self._session, self._forms, self._say = session, forms, say
        self._work = Work(session.jobs, parent)
        self._asked: tuple[str, Path] | None = None

    def suggest(self, kind: str, frames: Sequence[Entry]) -> None:
        """Look for what frames of a kind need, once for the same ones."""
        names = self._session.settings.masters
        if kind not in NEEDS or not frames or not names:
            return
        # the longest exposure needs the dark most
        frame = max(frames, key=lambda entry: entry.exposure or 0.0).with_kind(kind)
        if self._asked == (kind, frame.path):
            return
        self._asked = kind, frame.path

        def work(progress: Progress, _tell: object) -> Match:
            return match(frame, masters_in(names, progress))

        # none that can be read: a master can be made without, too
        self._work.start("Choosing masters", work, lambda found: self._took(kind, found), lambda _text: None)

    def abandon(self) -> None:
        """Forget what is being looked for."""
        self._work.abandon()

    def _took(self, kind: str, found: Match) -> None:
        reasons = []
        for need in NEEDS[kind]:
            master, field = found.found.get(need), self._forms[kind].fields[need]
            if master is not None and field.value is None:
                field.choose_file(str(master.path))
                reasons.append(f"{need.capitalize()}: {found.choices[need].why}")
        if reasons:
            self._say(" ".join(map(sentence, reasons)))
