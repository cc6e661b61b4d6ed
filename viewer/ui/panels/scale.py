"""ScalePanel: how values become colours - limits, stretch, contrast and bias, colour map."""

from dataclasses import replace

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.core.errors import ViewerError
from viewer.core.render.sample import Sample
from viewer.core.render.scale import PRESETS
from viewer.core.render.stretch import Stretch
from viewer.core.session.document import Picture
from viewer.core.session.jobs import Priority
from viewer.core.session.session import Session
from viewer.ui.panels.choosers import ColorMapChooser, StretchChooser
from viewer.ui.panels.histogram import HEIGHT, HistogramPlot
from viewer.ui.panels.limit_controls import LimitControls
from viewer.ui.panels.panel import Panel
from viewer.ui.panels.slider import ValueSlider, labelled_row
from viewer.ui.panels.travel import Travel, linear, logarithmic, over_values, with_middle

CONTRAST = (0.0, 10.0)
BIAS = (0.0, 1.0)
# Points of the curve over the histogram: dense where most stretches are steep; more cost time to draw.
CURVE = np.linspace(0.0, 1.0, 65) ** 2
# What the parameter of a stretch is called.
PARAMETER_NAMES = {"log": "Exponent", "power": "Exponent", "asinh": "Softening", "sinh": "Softening"}
NO_PICTURE = "Open an image to set how its values are drawn."
CURVE_SHOWN = "A curve has no colours to set."
NO_VALUES = "Every pixel of this image is missing: there are no values to draw."
COLOUR_HINT = "Colour map of the picture"
NO_COLOUR_MAP = "A colour picture has its own colours; show its planes one by one to use a colour map"


class ScalePanel(Panel):
    """Everything of the `Scale` of the current picture.

    Sliders act at every step. What follows them (lines, curve, the other controls) is brought up to date
    a few times less often than a mouse moves, so that the picture has the time.

    Parameters
    ----------
    session : Session
        The state.
    """

    title = "Scale"
    delay = 30

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._sample: Sample | None = None
        self._curve_key: object = None
        self.plot: HistogramPlot | None = None
        self._hint = QLabel(NO_PICTURE, self)
        self.limits = LimitControls(session, self)
        self.stretch = StretchChooser(self)
        self.formula = QLabel(self)
        self.parameter = ValueSlider("Parameter", "How strongly the stretch bends")
        self.contrast = ValueSlider("Contrast", "Contrast (in the picture: right drag up and down)")
        self.bias = ValueSlider("Bias", "Bias (in the picture: right drag left and right)")
        self.colormap = ColorMapChooser(self)
        self.invert = QCheckBox("Invert", self)
        self.presets = QToolButton(self)
        self.reset_contrast = QPushButton("Reset contrast", self)
        self.reset = QPushButton("Reset all", self)
        self._rows = QWidget(self)
        self._set_up()
        self._lay_out()
        self._connect()
        self.refresh_soon()

    # ------------------------------------------------------------------ construction

    def _set_up(self) -> None:
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        self._hint.setFixedHeight(HEIGHT)
        self.contrast.set_travel(with_middle(CONTRAST[1], 1.0), allowed=CONTRAST)
        self.bias.set_travel(linear(*BIAS), allowed=BIAS)
        # its place is kept for it, so that nothing below moves
        policy = self.parameter.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.parameter.setSizePolicy(policy)
        self.formula.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.formula.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.invert.setToolTip("Turn the colour map round")
        menu = QMenu(self.presets)
        menu.aboutToShow.connect(self._fill_presets)
        self.presets.setMenu(menu)
        self.presets.setText("Presets")
        self.presets.setToolTip("Whole scales: those of SAOImage DS9, and the course's own")
        self.presets.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.reset_contrast.setToolTip("Contrast 1 and bias 0.5")
        self.reset.setToolTip("The scale of the first view")

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self.presets, self.reset_contrast, self.reset):
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            buttons.addWidget(button)
        groups: tuple[tuple[QWidget, ...], ...] = (
            (self.limits,),
            (labelled_row("Stretch", self.stretch), self.formula, self.parameter),
            (self.contrast, self.bias),
            (labelled_row("Colours", self.colormap, self.invert),),
        )
        rows = QVBoxLayout(self._rows)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        for group in groups:
            for widget in group:
                rows.addWidget(widget)
            rows.addSpacing(6)
        rows.addLayout(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(6)
        layout.addWidget(self._hint)
        layout.addWidget(self._rows)
        layout.addStretch(1)

    def _connect(self) -> None:
        session = self.session
        for signal in (session.scale_changed, session.image_changed, session.current_changed):
            signal.connect(self.refresh_soon)
        for slider, move, enter in (
            (self.parameter, self._set_parameter, self._enter_parameter),
            (self.contrast, self._set_contrast, self._set_contrast),
            (self.bias, self._set_bias, self._set_bias),
        ):
            slider.changed.connect(move)
            slider.entered.connect(enter)
            for signal in (slider.entered, slider.released):
                signal.connect(self.refresh_soon)
        self.stretch.chosen.connect(lambda name: session.set_stretch(Stretch(name)))
        self.colormap.chosen.connect(lambda name: self._set_colours(name=name))
        self.invert.clicked.connect(lambda inverted: self._set_colours(inverted=inverted))
        self.reset_contrast.clicked.connect(lambda: session.set_contrast_bias(1.0, 0.5))
        self.reset.clicked.connect(session.reset_scale)

    def _add_plot(self) -> HistogramPlot:
        # with the first picture: the window is built faster without it
        plot = HistogramPlot(self)
        plot.limits_dragged.connect(lambda low, high: self.session.set_cuts((low, high)))
        plot.drag_finished.connect(self.refresh_soon)
        self.layout().insertWidget(0, plot)
        return plot

    def _fill_presets(self) -> None:
        menu = self.presets.menu()
        menu.clear()
        picture = self.session.picture
        for name, scale in PRESETS.items():
            action = menu.addAction(name)
            action.triggered.connect(lambda _checked, scale=scale: self.session.set_scale(scale))
            action.setCheckable(True)
            action.setChecked(picture is not None and picture.scale == scale)

    # ------------------------------------------------------------------ from the controls to the session

    def _set_parameter(self, value: float) -> None:
        picture = self.session.picture
        if picture is not None:
            self.session.set_stretch(picture.scale.stretch.with_parameter(value))

    def _enter_parameter(self, value: float) -> None:
        try:
            self._set_parameter(value)
        except ViewerError as error:
            self.parameter.field.refuse(str(error))

    def _set_contrast(self, value: float) -> None:
        picture = self.session.picture
        if picture is not None:
            self.session.set_contrast_bias(value, picture.scale.bias)

    def _set_bias(self, value: float) -> None:
        picture = self.session.picture
        if picture is not None:
            self.session.set_contrast_bias(picture.scale.contrast, value)

    def _set_colours(self, **changes: str | bool) -> None:
        picture = self.session.picture
        if picture is not None:
            self.session.set_colormap(replace(picture.scale.colormap, **changes))

    # ------------------------------------------------------------------ from the session to the controls

    def refresh(self) -> None:
        """Show the scale of the current picture."""
        picture, hint = self.session.picture, NO_VALUES
        if picture is None:
            hint = NO_PICTURE
        elif len(picture.frame.shape) == 1:
            picture, hint = None, CURVE_SHOWN
        with_values = picture is not None and not picture.sample.all_missing
        self._rows.setEnabled(picture is not None)
        self._hint.setText(hint)
        self._hint.setVisible(not with_values)
        if with_values and self.plot is None:
            self.plot = self._add_plot()
        if self.plot is not None:
            self.plot.setVisible(with_values)
        if picture is None:
            self._sample = None
            return
        if picture.sample is not self._sample:
            self._take_sample(picture)
        self._refresh_controls(picture)
        if with_values:
            self._refresh_plot(picture)

    def _take_sample(self, picture: Picture) -> None:
        """Ask for the values of another image; until they are read, a few of them give the sliders' range."""
        sample = self._sample = picture.sample
        self._curve_key = None
        self.limits.set_travel(over_values(np.sort(sample.picks).astype(float)))
        if self.plot is not None:
            self.plot.set_sample(None, picture.cuts, picture.frame.unit)
        self.session.jobs.start(
            "Counting values",
            lambda _progress: over_values(sample.values),
            lambda travel: self._values_came(sample, travel),
            priority=Priority.DETAILS,
        )

    def _values_came(self, sample: Sample, travel: Travel) -> None:
        picture = self.session.picture
        if picture is not None and picture.sample is sample is self._sample:
            self.limits.set_travel(travel)
            self._curve_key = None
            if self.plot is not None:
                self.plot.set_sample(sample, picture.cuts, picture.frame.unit)
            self.refresh_soon()

    def _refresh_plot(self, picture: Picture) -> None:
        scale = picture.scale
        key = (picture.cuts, scale.stretch, scale.contrast, scale.bias)
        if key != self._curve_key:
            self._curve_key = key
            self.plot.set_limits(picture.cuts)
            self.plot.set_curve(CURVE, scale.curve(CURVE, picture.sample, picture.cuts))

    def _refresh_controls(self, picture: Picture) -> None:
        scale = picture.scale
        self.limits.refresh()
        self.stretch.show_stretch(scale.stretch)
        self._refresh_parameter(scale.stretch)
        self.contrast.show_value(scale.contrast)
        self.bias.show_value(scale.bias)
        self.colormap.show_colormap(scale.colormap)
        self.invert.setChecked(scale.colormap.inverted)
        self.colormap.setEnabled(not picture.colour)
        self.invert.setEnabled(not picture.colour)
        self.colormap.setToolTip(NO_COLOUR_MAP if picture.colour else COLOUR_HINT)

    def _refresh_parameter(self, stretch: Stretch) -> None:
        self.formula.setText(
            self.fontMetrics().elidedText(stretch.formula, Qt.TextElideMode.ElideRight, self._rows.width())
        )
        self.formula.setToolTip(stretch.formula)
        has_one = stretch.parameter is not None
        self.parameter.setVisible(has_one)
        if has_one:
            low, high, logarithm = stretch.parameter_range
            self.parameter.label.setText(PARAMETER_NAMES.get(stretch.name, "Parameter"))
            travel = logarithmic(low, high) if logarithm else linear(low, high)
            self.parameter.set_travel(travel)
            self.parameter.show_value(stretch.parameter)
