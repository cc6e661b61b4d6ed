"""A plot as an SVG drawing, written by ourselves: lines stay lines, and nothing runs out of the axes.

Qt's generator leaves out the clipping that pyqtgraph relies on, and draws its points as small pictures.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPalette

from viewer.ui.plots.colours import axis_colour, curve_colour
from viewer.ui.plots.curves import Curve
from viewer.ui.plots.drawn import LABELS, on_axis
from viewer.ui.theme import palette

if TYPE_CHECKING:
    from viewer.ui.plots.plot import Plot

RADIUS = 2.5
TICK = 5
FONT = "font-family='sans-serif' font-size='12'"
To = Callable[[np.ndarray], np.ndarray]


def plot_svg(plot: "Plot") -> bytes:
    """Return a plot as a drawing on white, with the range that is seen and the size that it has."""
    box = plot.item.getViewBox()
    rect = box.mapRectToItem(plot.item, box.boundingRect())
    rect.translate(plot.item.pos())
    (left, right), (bottom, top) = box.viewRange()
    colours = palette("light")

    def across(x: np.ndarray) -> np.ndarray:
        return rect.left() + (np.asarray(x) - left) / (right - left) * rect.width()

    def down(y: np.ndarray) -> np.ndarray:
        return rect.bottom() - (np.asarray(y) - bottom) / (top - bottom) * rect.height()

    width, height = plot.widget.width(), plot.widget.height()
    text = axis_colour(colours).name()
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' version='1.1' width='{width}' height='{height}' "
        f"viewBox='0 0 {width} {height}'>",
        f"<title>{escape(plot.name)}</title>",
        f"<defs><clipPath id='axes'>{_rectangle(rect)}</clipPath></defs>",
        "<rect width='100%' height='100%' fill='white'/>",
        f"<g stroke='{text}' stroke-width='1'>",
        *_grid(plot, rect, across, down),
        "</g><g clip-path='url(#axes)'>",
        *_bands(plot, rect, across, down, colours),
        *_lines(plot, rect, across, down, colours, text),
        *_curves(plot, across, down, colours),
        "</g>",
        _rectangle(rect, f"fill='none' stroke='{text}'"),
        f"<g fill='{text}' {FONT}>",
        *_titles(plot, rect, across, down),
        *_legend(plot, rect, colours),
        "</g></svg>",
    ]
    return "\n".join(parts).encode("utf-8", "backslashreplace")


def _rectangle(rect: QRectF, attributes: str = "") -> str:
    place = f"x='{rect.x():.2f}' y='{rect.y():.2f}' width='{rect.width():.2f}' height='{rect.height():.2f}'"
    return f"<rect {place} {attributes}/>"


def _stroke(x0: float, y0: float, x1: float, y1: float, attributes: str = "") -> str:
    return f"<line x1='{x0:.2f}' y1='{y0:.2f}' x2='{x1:.2f}' y2='{y1:.2f}' {attributes}/>"


def _text(x: float, y: float, words: str, attributes: str = "") -> str:
    return f"<text x='{x:.2f}' y='{y:.2f}' {attributes}>{escape(words)}</text>"


def _ticks(plot: "Plot", side: str) -> Iterator[tuple[float, str]]:
    """Give the places of the ticks that are labelled, and what they say, as they are on the screen."""
    axis = plot.item.getAxis(side)
    low, high = axis.range
    box = plot.item.getViewBox().boundingRect()
    size = box.height() if side == "left" else box.width()
    levels = axis.tickValues(low, high, size)
    seen: list[float] = []
    for spacing, values in levels[:2] if not axis.logMode else levels[:1]:
        fresh = [value for value in values if not any(np.isclose(value, old) for old in seen)]
        seen += fresh
        yield from zip(fresh, axis.tickStrings(fresh, 1.0, spacing), strict=True)
        if len(seen) > 3:
            return


def _grid(plot: "Plot", rect: QRectF, across: To, down: To) -> Iterator[str]:
    for value, _ in _ticks(plot, "bottom"):
        x = float(across(value))
        yield _stroke(x, rect.top(), x, rect.bottom(), "opacity='0.15'")
        yield _stroke(x, rect.bottom(), x, rect.bottom() + TICK)
    for value, _ in _ticks(plot, "left"):
        y = float(down(value))
        yield _stroke(rect.left(), y, rect.right(), y, "opacity='0.15'")
        yield _stroke(rect.left() - TICK, y, rect.left(), y)


def _titles(plot: "Plot", rect: QRectF, across: To, down: To) -> Iterator[str]:
    for value, words in _ticks(plot, "bottom"):
        # a number at the very end would be cut
        x = min(float(across(value)), plot.widget.width() - 4.0 * len(words))
        yield _text(x, rect.bottom() + TICK + 12, words, "text-anchor='middle'")
    for value, words in _ticks(plot, "left"):
        yield _text(rect.left() - TICK - 3, max(float(down(value)) + 4, 10.0), words, "text-anchor='end'")
    middle = rect.center()
    yield _text(middle.x(), plot.widget.height() - 5, plot.axes.x_title, "text-anchor='middle'")
    yield _text(
        12, middle.y(), plot.axes.y_title, f"text-anchor='middle' transform='rotate(-90 12 {middle.y():.2f})'"
    )


def _bands(plot: "Plot", rect: QRectF, across: To, down: To, colours: QPalette) -> Iterator[str]:
    for band in plot.bands:
        edges = on_axis(np.array([band.low, band.high], float), plot.logs[0 if band.vertical else 1])
        if not np.isfinite(edges).all():
            continue
        shade = f"fill='{curve_colour(band.colour, colours).name()}'"
        if band.vertical:
            first, last = sorted(across(edges))
            area = QRectF(first, rect.top(), last - first, rect.height())
        else:
            first, last = sorted(down(edges))
            area = QRectF(rect.left(), first, rect.width(), last - first)
        yield _rectangle(area, f"{shade} fill-opacity='0.18'")
        yield _text(area.left() + 4, area.bottom() - 0.3 * area.height(), band.name, f"{shade} {FONT}")


def _lines(plot: "Plot", rect: QRectF, across: To, down: To, colours: QPalette, text: str) -> Iterator[str]:
    for number, line in enumerate(plot.lines):
        place = on_axis(np.array([line.position], float), plot.logs[0 if line.vertical else 1])[0]
        if not np.isfinite(place):
            continue
        colour = text if line.colour < 0 else curve_colour(line.colour, colours).name()
        look = f"stroke='{colour}' stroke-dasharray='5 3'"
        if line.vertical:
            x = float(across(place))
            yield _stroke(x, rect.top(), x, rect.bottom(), look)
            part = 1 - LABELS[number % len(LABELS)]
            yield _text(x + 4, rect.top() + part * rect.height(), line.name, f"fill='{colour}' {FONT}")
        else:
            y = float(down(place))
            yield _stroke(rect.left(), y, rect.right(), y, look)
            yield _text(rect.right() - 6, y - 4, line.name, f"fill='{colour}' text-anchor='end' {FONT}")


def _curves(plot: "Plot", across: To, down: To, colours: QPalette) -> Iterator[str]:
    for number, curve in enumerate(plot.curves):
        colour = curve_colour(number if curve.colour < 0 else curve.colour, colours).name()
        x, y = curve.outline()
        x, y = across(on_axis(x, plot.logs[0])), down(on_axis(y, plot.logs[1]))
        name = curve.name or f"curve {number + 1}"
        yield f"<g id={quoteattr(name)} stroke='{colour}' fill='{colour}'>"
        if curve.error is not None:
            yield from _error_bars(curve, plot.logs, across, down)
        if curve.style == "points":
            for px, py in zip(x, y, strict=True):
                if np.isfinite(px) and np.isfinite(py):
                    yield f"<circle cx='{px:.2f}' cy='{py:.2f}' r='{RADIUS}' fill-opacity='0.5'/>"
        else:
            look = "stroke-width='1.5' stroke-linejoin='round'" + (
                " stroke-dasharray='6 4'" if curve.dashed else ""
            )
            if curve.style == "bars" and len(x) and np.isfinite(y).all():
                floor = float(down(0.0))
                corners = f"M{x[0]:.2f},{floor:.2f} {_path(x, y, 'L')} L{x[-1]:.2f},{floor:.2f} Z"
                yield f"<path d='{corners}' stroke='none' fill-opacity='0.25'/>"
            yield f"<path d='{_path(x, y)}' fill='none' {look}/>"
        yield "</g>"


def _path(x: np.ndarray, y: np.ndarray, first: str = "M") -> str:
    """Return a line that is lifted where values are missing."""
    words, step = [], first
    for px, py in zip(x, y, strict=True):
        if np.isfinite(px) and np.isfinite(py):
            words.append(f"{step}{px:.2f},{py:.2f}")
            step = "L"
        else:
            step = "M"
    return " ".join(words)


def _error_bars(curve: Curve, logs: tuple[bool, bool], across: To, down: To) -> Iterator[str]:
    x, y = curve.middles(), np.asarray(curve.y, float)
    ends = [down(on_axis(y + sign * np.asarray(curve.error, float), logs[1])) for sign in (-1, 1)]
    # what reaches below zero ends at the value where the axis is logarithmic
    low = np.where(np.isfinite(ends[0]), ends[0], down(on_axis(y, logs[1])))
    for px, a, b in zip(across(on_axis(x, logs[0])), low, ends[1], strict=True):
        if np.isfinite([px, a, b]).all():
            yield _stroke(px, a, px, b, "opacity='0.7'")


def _legend(plot: "Plot", rect: QRectF, colours: QPalette) -> Iterator[str]:
    names = [(number, curve) for number, curve in enumerate(plot.curves) if curve.name]
    if len(names) < 2:
        return
    width = 40 + max(plot.fontMetrics().horizontalAdvance(curve.name) for _, curve in names)
    left, top = rect.left() + 10 if plot.legend_left else rect.right() - width - 10, rect.top() + 10
    box = QRectF(left, top, width, 18.0 * len(names) + 8)
    yield _rectangle(box, "fill='white' fill-opacity='0.8'")
    for row, (number, curve) in enumerate(names):
        colour = curve_colour(number if curve.colour < 0 else curve.colour, colours).name()
        y = top + 14 + 18 * row
        if curve.style == "points":
            yield f"<circle cx='{left + 18:.2f}' cy='{y:.2f}' r='{RADIUS}' fill='{colour}'/>"
        else:
            dashes = " stroke-dasharray='6 4'" if curve.dashed else ""
            yield _stroke(left + 6, y, left + 30, y, f"stroke='{colour}' stroke-width='1.5'{dashes}")
        yield _text(left + 36, y + 4, curve.name)
