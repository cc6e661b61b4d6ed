"""LimitControls: the rule of the limits, and a slider and a field for each of them."""

import numpy as np
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from viewer.core.render.limits import Limits
from viewer.core.session.session import Session
from viewer.ui.panels.choosers import LimitsChooser
from viewer.ui.panels.slider import ValueSlider, labelled_row
from viewer.ui.panels.travel import Travel

# The limits stay this part of the sliders' range apart.
CLOSEST = 1e-6


class LimitControls(QWidget):
    """The part of the scale panel that says which values are darkest and brightest.

    Parameters
    ----------
    session : Session
        Whose current picture is asked and changed.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.rule = LimitsChooser(self)
        self.low = ValueSlider("Low", "The value drawn darkest", self)
        self.high = ValueSlider("High", "The value drawn brightest", self)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addWidget(labelled_row("Limits", self.rule))
        rows.addWidget(self.low)
        rows.addWidget(self.high)
        self.rule.chosen.connect(self._set_rule)
        self.low.changed.connect(self._move_low)
        self.high.changed.connect(self._move_high)
        self.low.entered.connect(self._enter_low)
        self.high.entered.connect(self._enter_high)
        self.low.released.connect(self.refresh)
        self.high.released.connect(self.refresh)

    def set_travel(self, travel: Travel) -> None:
        """Give both sliders the range of another image; call `refresh` after it."""
        self.low.set_travel(travel)
        self.high.set_travel(travel)

    def refresh(self) -> None:
        """Show the limits of the current picture."""
        picture = self._session.picture
        if picture is None:
            return
        low, high = picture.cuts
        self.rule.show_limits(picture.scale.limits)
        self.low.show_value(low, (high - low) * 1e-5)
        self.high.show_value(high, (high - low) * 1e-5)

    # ------------------------------------------------------------------ from the controls to the session

    def _move_low(self, low: float) -> None:
        picture = self._session.picture
        if picture is not None:
            high = picture.cuts[1]
            self._session.set_cuts((min(low, high - self._closest(high)), high))

    def _move_high(self, high: float) -> None:
        picture = self._session.picture
        if picture is not None:
            low = picture.cuts[0]
            self._session.set_cuts((low, max(high, low + self._closest(low))))

    def _enter_low(self, low: float) -> None:
        picture = self._session.picture
        if picture is not None:
            old, high = picture.cuts
            # who types a low limit above the high one wants to look elsewhere: both move
            self._session.set_cuts((low, high if low < high else low + max(high - old, self._closest(low))))

    def _enter_high(self, high: float) -> None:
        picture = self._session.picture
        if picture is not None:
            low, old = picture.cuts
            self._session.set_cuts((low if low < high else high - max(old - low, self._closest(high)), high))

    def _closest(self, limit: float) -> float:
        """Return how far the limits stay apart at least."""
        travel = self.low.travel
        return max(CLOSEST * (travel.high - travel.low), 8 * float(np.spacing(abs(limit))))

    def _set_rule(self, limits: Limits | None) -> None:
        picture = self._session.picture
        if limits is not None:
            self._session.set_limits(limits)
        elif picture is not None:
            self._session.set_cuts(picture.cuts)
