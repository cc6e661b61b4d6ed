"""Exported views, judged by the pixels, texts and colours that are in the files."""

import base64
import io
import math
import re
import zlib
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PyQt6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PyQt6.QtGui import QColor, QImage, QPainter
from PyQt6.QtPdf import QPdfDocument
from PyQt6.QtSvg import QSvgRenderer
from PyQt6.QtWidgets import QApplication, QFileDialog

from viewer.core.catalogue.catalogue import Catalogue
from viewer.core.errors import ViewerError
from viewer.core.measure.starlist import STAR_LIST, StarList
from viewer.core.progress import Cancelled, Progress
from viewer.core.render.colormap import ColorMap
from viewer.core.render.draw import draw
from viewer.core.render.stretch import Stretch
from viewer.core.render.viewport import Orientation, Viewport
from viewer.core.session.jobs import Jobs
from viewer.core.session.layer import Contours, Shown
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.core.shapes.region import Region
from viewer.ui.catalogues.item import CataloguesItem
from viewer.ui.contours.item import ContoursItem
from viewer.ui.dialogs.export import ExportDialog
from viewer.ui.export.angles import round_angle
from viewer.ui.export.choices import Choices, choices_path, load_choices, save_choices
from viewer.ui.export.layout import lay_out
from viewer.ui.export.render import render_bytes, render_image, render_preview
from viewer.ui.export.save import write_export
from viewer.ui.export.scene import Scene
from viewer.ui.marks import POINTER_COLOUR, SKY_COLOUR
from viewer.ui.regions.item import RegionsItem
from viewer.ui.stars.item import StarsItem

PLAIN = Choices(colour_bar=False, compass=False, scale_bar=False, name=False)
PAPER = 0xFFFFFFFF
SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"


@pytest.fixture
def session(tmp_path):
    """A wide view of an image of 60 by 40 with a sky: 2 arcseconds for a pixel, north up, east left."""
    wcs = WCS(naxis=2)
    wcs.wcs.crpix, wcs.wcs.crval, wcs.wcs.ctype = (30, 20), (150.0, 40.0), ("RA---TAN", "DEC--TAN")
    wcs.wcs.cdelt = (-2 / 3600, 2 / 3600)
    header = wcs.to_header()
    header["BUNIT"] = "adu/s"
    values = np.random.default_rng(5).normal(1000, 50, (40, 60)).astype("f4")
    fits.writeto(tmp_path / "sky.fits", values, header)
    made = Session(Jobs(threads=0), Settings())
    made.set_screen_size((900, 420))
    made.open([tmp_path / "sky.fits"])
    made.add_details()
    return made


def drawn(session, view: Viewport, background: int = PAPER) -> np.ndarray:
    picture = session.picture
    cuts = [picture.cuts] * len(picture.pyramids)
    return draw(picture.pyramids, view, picture.scale, cuts, picture.sample, background)


def pixels(image: QImage) -> np.ndarray:
    data = np.frombuffer(image.constBits().asarray(image.sizeInBytes()), np.uint32)
    return data.reshape(image.height(), image.width()).copy() | 0xFF000000


def of_colour(shown: np.ndarray, colour, reach: int = 25) -> np.ndarray:
    """Return rows and columns of a colour."""
    channels = np.stack([(shown >> shift) & 0xFF for shift in (16, 8, 0)], axis=-1).astype(int)
    wanted = np.array([colour.red(), colour.green(), colour.blue()])
    return np.argwhere(np.abs(channels - wanted).max(axis=-1) < reach)


def exported(session, choices: Choices, ratio: float = 1.0) -> np.ndarray:
    return pixels(render_image(Scene.of(session, ratio), choices))


def content(session, choices: Choices, suffix: str) -> bytes:
    return render_bytes(Scene.of(session, 1.0), choices, suffix, Progress())


# -------------------------------------------------------------------------- what lies over it


@pytest.fixture
def drawn_over(session, qtbot):
    """The items over the picture, with a region and ten stars that were found."""
    stars = np.zeros(10, STAR_LIST)
    stars["x"], stars["y"], stars["flux"], stars["fwhm"] = np.arange(10) * 5 + 5, 30, 100, 3
    session.overlays.set_stars(StarList(stars, (40, 60)))
    session.overlays.add_region(Region("box", ((30.0, 12.0),), (20.0, 8.0), colour="#ff0000"))
    return (StarsItem(session), RegionsItem(session))


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_regions_and_stars_are_on_paper_where_they_are_on_the_image(session, drawn_over, ratio):
    scene = Scene.of(session, ratio, drawn_over)
    view = session.viewport()
    shown = pixels(render_image(scene, replace(PLAIN, trim=False, overlays=True)))
    plain = pixels(render_image(scene, replace(PLAIN, trim=False, overlays=False)))
    np.testing.assert_array_equal(plain, drawn(session, view))
    red = of_colour(shown, QColor("#ff0000"), 60)
    x0, y0 = view.to_screen(30 - 10, 12 + 4)
    x1, y1 = view.to_screen(30 + 10, 12 - 4)
    rows = red[(red[:, 1] > x0 + 4) & (red[:, 1] < x1 - 4), 0]
    assert min(rows) == pytest.approx(y0, abs=3)
    assert max(rows) == pytest.approx(y1, abs=3)
    changed = (shown != plain).any(axis=0)
    for x in stars_x(view):
        assert changed[round(x) - 4 : round(x) + 5].any()


def test_contours_and_catalogues_are_on_paper_too(session, qtbot):
    square = np.array([[10.0, 10.0], [30.0, 10.0], [30.0, 25.0], [10.0, 25.0], [10.0, 10.0]])
    session.overlays.set_contours(Contours((1.0,), ((square,),), colour="#ff0000"))
    catalogue = Catalogue("one", {"x": np.array([45.0])}, x=np.array([45.0]), y=np.array([20.0]))
    session.overlays.set_catalogues([Shown(catalogue, colour="#ff0000")])
    scene = Scene.of(session, 1.0, (ContoursItem(session), CataloguesItem(session)))
    assert len(scene.paintings) == 2
    view = session.viewport()
    red = of_colour(pixels(render_image(scene, replace(PLAIN, trim=False))), QColor("#ff0000"), 60)
    left, right = view.to_screen(10, 10)[0], view.to_screen(30, 10)[0]
    line = red[red[:, 1] < right + 3]
    assert (line[:, 1].min(), line[:, 1].max()) == pytest.approx((left, right), abs=2)
    symbol = red[red[:, 1] > right + 3].mean(axis=0)
    x, y = view.to_screen(45, 20)
    assert tuple(symbol) == pytest.approx((y - 0.5, x - 0.5), abs=1.5)


def stars_x(view):
    return [view.to_screen(x, 30)[0] for x in np.arange(10) * 5 + 5]


@pytest.mark.parametrize("suffix", [".pdf", ".svg"])
def test_overlays_are_in_documents_too(session, drawn_over, suffix):
    scene = Scene.of(session, 1.0, drawn_over)
    sizes = [
        len(render_bytes(scene, replace(PLAIN, overlays=overlays), suffix, Progress()))
        for overlays in (False, True)
    ]
    assert sizes[1] > sizes[0] + 300


# -------------------------------------------------------------------------- the picture


@pytest.mark.parametrize("orientation", [Orientation(), Orientation(True, False, 1)])
@pytest.mark.parametrize("zoom", [None, 0.53, 7.3, 40.0])
def test_as_on_the_screen_has_the_pixels_of_the_screen(session, orientation, zoom):
    session.set_orientation(orientation)
    if zoom is not None:
        session.set_viewport((20.2, 15.1), zoom)
    view = session.viewport()
    # the grid between the pixels is part of the view
    picture = PLAIN if zoom != 40.0 else replace(PLAIN, trim=False)
    shown = exported(session, replace(picture, trim=False))
    if zoom == 40.0:
        inner = drawn(session, view)
        assert shown.shape == inner.shape
        assert 0.9 < (shown == inner).mean() < 1, "all but the grid"
        return
    np.testing.assert_array_equal(shown, drawn(session, view))
    trimmed = exported(session, PLAIN)
    assert not (trimmed == PAPER).all(axis=0).any()
    assert not (trimmed == PAPER).all(axis=1).any()
    xs, ys = zip(view.to_screen(-0.5, -0.5), view.to_screen(59.5, 39.5), strict=True)
    left, top = max(0, math.ceil(min(xs) - 0.5)), max(0, math.ceil(min(ys) - 0.5))
    height, width = trimmed.shape
    np.testing.assert_array_equal(trimmed, drawn(session, view)[top : top + height, left : left + width])


def test_print_is_drawn_anew_at_its_own_resolution(tmp_path):
    values = np.random.default_rng(1).normal(0, 1, (900, 1200)).astype("f4")
    fits.writeto(tmp_path / "noise.fits", values)
    session = Session(Jobs(threads=0), Settings())
    session.set_screen_size((400, 300))
    session.open([tmp_path / "noise.fits"])
    choices = replace(PLAIN, for_print=True, width=4.0, unit="in", dpi=300)
    shown = exported(session, choices)
    assert shown.shape == (900, 1200)
    np.testing.assert_array_equal(shown, drawn(session, Viewport((599.5, 449.5), 1.0, (1200, 900))))
    assert len(np.unique(shown)) > len(np.unique(exported(session, PLAIN))), "the screen shows means"


def test_width_and_resolution_are_kept(session):
    choices = replace(Choices(for_print=True, width=8.8, dpi=300), name=True)
    image = render_image(Scene.of(session, 1.0), choices)
    assert image.width() == round(8.8 / 2.54 * 300)
    png = Image.open(io.BytesIO(content(session, choices, ".png")))
    assert png.size == (image.width(), image.height())
    assert png.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_a_dense_screen_gives_twice_the_pixels_of_everything(session):
    one, two = exported(session, Choices(name=True)), exported(session, Choices(name=True), 2.0)
    seen = Scene.of(session, 1.0).seen(True).size
    bars = [shown.shape[0] - seen[1] for shown in (one, two)]
    assert bars[1] == pytest.approx(2 * bars[0], abs=3)
    assert two.shape[1] - seen[0] == 2 * (one.shape[1] - seen[0]) == 40


@pytest.mark.parametrize(("dark", "paper"), [(False, 0xFFFFFFFF), (True, 0xFF191919)])
def test_the_surround_is_white_or_dark(session, dark, paper):
    shown = exported(session, Choices(dark=dark, trim=False, name=True))
    edge = np.concatenate(
        [shown[:9].ravel(), shown[:, :9].ravel(), shown[:, -9:].ravel(), shown[-4:].ravel()]
    )
    assert (edge == paper).all()
    layout = lay_out(Scene.of(session, 1.0), Choices(dark=dark, trim=False, name=True))
    row = shown[layout.top + 200, layout.left : layout.left + layout.view.size[0]]
    assert row[0] == row[-1] == paper, "also beside the image"


# -------------------------------------------------------------------------- what stands beside it


def test_the_colour_bar_has_the_colours_of_the_picture(session, tmp_path):
    values = np.random.default_rng(5).normal(1000, 50, (40, 60)).astype("f4")
    fits.writeto(tmp_path / "no_unit.fits", values)
    session.open([tmp_path / "no_unit.fits"])
    session.set_colormap(ColorMap("viridis"))
    session.set_stretch(Stretch("log"))
    shown = exported(session, Choices())
    layout = lay_out(Scene.of(session, 1.0), Choices())
    row = shown[round(layout.bar_top) + 8, layout.left + 2 : layout.left + layout.view.size[0] - 2]
    colours = ColorMap("viridis").packed()
    expected = colours[np.round(np.linspace(0, 255, row.size)).astype(int)]
    for shift in (16, 8, 0):
        difference = ((row >> shift) & 0xFF).astype(int) - ((expected >> shift) & 0xFF).astype(int)
        assert np.abs(difference).max() <= 6


def test_a_small_picture_leaves_room_for_the_bar(session):
    session.set_viewport((29.5, 19.5), 1.0)
    shown = exported(session, Choices(name=True))
    assert shown.shape[1] == 220
    layout = lay_out(Scene.of(session, 1.0), Choices(name=True))
    place = shown[layout.top : layout.top + 40, layout.left : layout.left + 60]
    np.testing.assert_array_equal(place, drawn(session, Viewport((29.5, 19.5), 1.0, (60, 40))))
    assert abs(2 * layout.left + 60 - 220) <= 1, "in the middle"
    assert len(of_colour(shown, SKY_COLOUR)) == 0, "no room for a compass"


# -------------------------------------------------------------------------- what lies over it


def test_compass_and_scale_bar_come_with_the_sky_only(session, tmp_path):
    assert len(of_colour(exported(session, Choices()), SKY_COLOUR)) > 100
    assert len(of_colour(exported(session, PLAIN), SKY_COLOUR)) == 0
    fits.writeto(tmp_path / "plain.fits", np.ones((40, 60), "f4"))
    session.open([tmp_path / "plain.fits"])
    session.add_details()
    assert len(of_colour(exported(session, Choices()), SKY_COLOUR)) == 0


@pytest.mark.parametrize("for_print", [False, True])
@pytest.mark.parametrize(
    ("name", "orientation"),
    [
        ("images/HorseHead.fits", Orientation()),
        ("images/gc_msx_e.fits", Orientation(True, False, 1)),
        ("wcs/j94f05bgq_flt.fits", Orientation()),
    ],
)
@pytest.mark.filterwarnings("ignore::astropy.wcs.FITSFixedWarning")
def test_the_scale_bar_is_as_long_as_it_says(session, data_dir, name, orientation, for_print):
    session.open([data_dir / name])
    session.add_details()
    session.set_orientation(orientation)
    choices = replace(PLAIN, scale_bar=True, for_print=for_print, width=10.0)
    scene = Scene.of(session, 1.0)
    layout = lay_out(scene, choices)
    marks = of_colour(exported(session, choices), SKY_COLOUR, 80)
    length = marks[:, 1].max() - marks[:, 1].min() + 1 - 1.4 * layout.unit
    with fits.open(data_dir / name) as hdus:
        wcs = WCS(hdus[session.current.hdu].header, hdus)
    width, height = layout.view.size
    middle = np.array([layout.view.to_image(width / 2 + dx, height / 2) for dx in (-1, 1)])
    sky = SkyCoord(wcs.pixel_to_world(*middle.T)).icrs
    arcsec = sky[0].separation(sky[1]).arcsec / 2
    angle, _text = round_angle(0.3 * width * arcsec)
    assert length * arcsec == pytest.approx(angle, abs=1.5 * arcsec * layout.unit)


@given(st.floats(1e-5, 1e6))
def test_round_angles_are_round_and_as_large_as_they_may_be(most):
    angle, text = round_angle(most)
    number, mark = float(text[:-1]), text[-1]
    assert angle == pytest.approx(number * {"″": 1, "′": 60, "°": 3600}[mark])
    assert angle <= most * (1 + 1e-6)
    assert angle > most / 3 or angle == 30 * 3600
    assert len(text) <= 9


@pytest.mark.parametrize(
    ("most", "text"), [(0.034, "0.02″"), (1.0, "1″"), (59, "30″"), (60, "1′"), (3599, "30′"), (8000, "2°")]
)
def test_angles_as_astronomers_write_them(most, text):
    assert round_angle(most)[1] == text


def test_no_angle_is_none():
    assert round_angle(0.0) is None
    assert round_angle(float("nan")) is None


def test_the_crosshair_is_exported_where_it_is(session):
    session.set_viewport((30, 20), 10)
    assert len(of_colour(exported(session, PLAIN), POINTER_COLOUR)) == 0
    session.move_pointer(3, -2)
    for choices in (PLAIN, replace(PLAIN, for_print=True, width=15.0)):
        layout = lay_out(Scene.of(session, 1.0), choices)
        marked = of_colour(exported(session, choices), POINTER_COLOUR)
        x, y = layout.view.to_screen(*session.pointer)
        assert (marked.mean(axis=0) + 0.5) == pytest.approx((y, x), abs=layout.unit)


@pytest.mark.parametrize("suffix", [".pdf", ".svg"])
def test_the_values_in_the_pixels_are_texts_and_none_leaves_the_picture(session, suffix):
    session.set_viewport((30, 20), 60)
    data = content(session, Choices(name=True, trim=False), suffix)
    image = pdf_image(data) if suffix == ".pdf" else svg_image(data)
    shown = pixels(image)
    scale = shown.shape[1] / lay_out(Scene.of(session, 1.0), Choices(name=True, trim=False)).size[0]
    margin = int(9 * scale)
    assert (shown[:, :margin] == PAPER).all()
    assert (shown[:, -margin:] == PAPER).all()
    text = pdf_text(data) if suffix == ".pdf" else " ".join(svg_texts(data))
    value = session.picture.frame.pixels.read(slice(20, 21), slice(30, 31), ())[0, 0]
    assert any(abs(float(found) - value) < 0.1 for found in re.findall(r"\d+\.\d+", text))


# -------------------------------------------------------------------------- PDF and SVG


def pdf_document(data: bytes) -> QPdfDocument:
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument(None)
    document.load(buffer)
    document.kept = buffer
    assert document.status() == QPdfDocument.Status.Ready
    return document


def pdf_text(data: bytes) -> str:
    return pdf_document(data).getAllText(0).text()


def pdf_image(data: bytes, scale: float = 96 / 72) -> QImage:
    document = pdf_document(data)
    size = document.pagePointSize(0)
    page = document.render(0, QSize(round(size.width() * scale), round(size.height() * scale)))
    return on_paper(page)


def on_paper(page: QImage) -> QImage:
    paper = QImage(page.size(), QImage.Format.Format_RGB32)
    paper.fill(PAPER)
    painter = QPainter(paper)
    painter.drawImage(0, 0, page)
    painter.end()
    return paper


def svg_image(data: bytes) -> QImage:
    renderer = QSvgRenderer(QByteArray(data))
    assert renderer.isValid()
    page = QImage(renderer.viewBox().size(), QImage.Format.Format_RGB32)
    page.fill(PAPER)
    painter = QPainter(page)
    renderer.render(painter)
    painter.end()
    return page


def svg_texts(data: bytes) -> list[str]:
    return [element.text for element in ElementTree.fromstring(data).iter(f"{SVG}text")]


@pytest.mark.parametrize("colormap", ["grey", "viridis"])
def test_a_pdf_holds_texts_and_the_very_pixels(session, colormap):
    session.set_colormap(ColorMap(colormap))
    choices = Choices(for_print=True, width=10.0, dpi=200, name=True)
    data = content(session, choices, ".pdf")
    document = pdf_document(data)
    assert document.pageCount() == 1
    assert document.pagePointSize(0).width() == pytest.approx(10 / 2.54 * 72, abs=1)
    text = pdf_text(data)
    assert "sky.fits" in text
    assert "adu/s" in text
    assert len(re.findall(r"\b\d{3,4}\b", text)) >= 3, "labels of the colour bar"
    view = lay_out(Scene.of(session, 1.0), choices).view
    stored = data[data.rindex(b"/Type /XObject") :]
    packed = stored[stored.index(b"stream\n") + 7 : stored.index(b"\nendstream")]
    channels = 1 if colormap == "grey" else 3
    found = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(view.size[1], view.size[0], channels)
    expected = drawn(session, view)
    for channel, shift in zip(range(channels), (16, 8, 0), strict=False):
        np.testing.assert_array_equal(found[..., channel], (expected >> shift) & 0xFF)


@pytest.mark.parametrize("suffix", [".pdf", ".svg"])
def test_another_program_shows_the_same_as_the_png(session, suffix):
    session.set_colormap(ColorMap("viridis"))
    choices = Choices(name=True)
    wanted = exported(session, choices)
    data = content(session, choices, suffix)
    image = pdf_image(data) if suffix == ".pdf" else svg_image(data)
    shown = pixels(image.scaled(wanted.shape[1], wanted.shape[0]))
    difference = np.abs((shown & 0xFF).astype(int) - (wanted & 0xFF).astype(int))
    assert difference.mean() < 6
    assert len(of_colour(shown, SKY_COLOUR, 40)) > 100


def test_an_svg_holds_texts_and_the_very_pixels(session):
    choices = Choices(for_print=True, width=10.0, dpi=200, name=True)
    data = content(session, choices, ".svg")
    root = ElementTree.fromstring(data)
    assert float(root.get("width").removesuffix("mm")) == pytest.approx(100, abs=0.2)
    texts = svg_texts(data)
    assert {"sky.fits", "adu/s"} <= set(texts)
    assert sum(text.isdigit() for text in texts) >= 3
    picture = next(root.iter(f"{SVG}image")).get(f"{XLINK}href")
    found = np.asarray(Image.open(io.BytesIO(base64.b64decode(picture.partition(",")[2]))).convert("RGB"))
    expected = drawn(session, lay_out(Scene.of(session, 1.0), choices).view)
    np.testing.assert_array_equal(found[..., 0], (expected >> 16) & 0xFF)


# -------------------------------------------------------------------------- colour and cubes


def test_a_colour_picture_and_a_plane_of_a_cube(session, tmp_path):
    values = np.random.default_rng(2).integers(0, 255, (3, 40, 60)).astype("u1")
    fits.writeto(tmp_path / "cube.fits", values)
    session.open([tmp_path / "cube.fits"])
    session.set_colour(False)
    session.set_plane((2,))
    assert Scene.of(session, 1.0).name == "cube.fits, plane 3 of 3"
    session.set_colour(True)
    assert Scene.of(session, 1.0).name == "cube.fits"
    view = session.viewport()
    np.testing.assert_array_equal(exported(session, replace(PLAIN, trim=False)), drawn(session, view))


def test_what_is_exported_does_not_change_with_the_session(session):
    scene = Scene.of(session, 1.0)
    before = pixels(render_image(scene, Choices()))
    session.set_colormap(ColorMap("heat"))
    session.set_viewport((5, 5), 33)
    np.testing.assert_array_equal(pixels(render_image(scene, Choices())), before)


def test_a_curve_is_no_view(session, tmp_path):
    fits.writeto(tmp_path / "spectrum.fits", np.arange(9.0))
    session.open([tmp_path / "spectrum.fits"])
    assert Scene.of(session, 1.0) is None


def test_the_preview_is_the_export_in_small(session):
    choices = Choices(for_print=True, width=20.0, dpi=300, name=True)
    scene = Scene.of(session, 1.0)
    whole, small = render_image(scene, choices), render_preview(scene, choices, (300, 300))
    assert max(small.width(), small.height()) == 300
    smooth = Qt.TransformationMode.SmoothTransformation
    mean = [
        pixels(image.scaled(40, 40, transformMode=smooth).convertToFormat(QImage.Format.Format_RGB32)) & 0xFF
        for image in (whole, small)
    ]
    assert np.corrcoef(mean[0].ravel(), mean[1].ravel())[0, 1] > 0.98
    assert render_preview(scene, PLAIN, (5000, 5000)).width() == exported(session, PLAIN).shape[1]


# -------------------------------------------------------------------------- refusals


def refused(session, path: Path, choices: Choices = PLAIN) -> str:
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(ViewerError) as caught:
        write_export(Scene.of(session, 1.0), choices, path, Progress())
    if before is not None:
        assert path.read_bytes() == before
    assert list(path.parent.glob(".*.part")) == []
    return str(caught.value)


def test_what_cannot_be_written_is_said_in_a_sentence(session, tmp_path):
    assert "has to end in .png, .pdf, .svg" in refused(session, tmp_path / "view.gif")
    assert "no folder" in refused(session, tmp_path / "absent" / "view.png")
    Image.new("L", (8, 8)).save(tmp_path / "open.png")
    session.open([tmp_path / "open.png"])
    assert "is an open image" in refused(session, tmp_path / "open.png")
    huge = replace(PLAIN, for_print=True, width=120.0, dpi=1200)
    assert "choose a smaller width or fewer dpi" in refused(session, tmp_path / "view.png", huge)
    (tmp_path / "folder.png").mkdir()
    assert "is a folder" in refused(session, tmp_path / "folder.png")


@pytest.mark.parametrize("suffix", [".png", ".pdf", ".svg"])
def test_a_cancelled_export_leaves_nothing(session, tmp_path, suffix):
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        write_export(Scene.of(session, 1.0), PLAIN, tmp_path / f"view{suffix}", progress)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sky.fits"]


def test_too_little_memory_is_no_bug(session, monkeypatch):
    def full(*_arguments: object):
        raise MemoryError

    monkeypatch.setattr(Scene, "draw", full)
    for suffix in (".png", ".pdf"):
        with pytest.raises(ViewerError, match="not enough memory"):
            content(session, PLAIN, suffix)


# -------------------------------------------------------------------------- the dialog


def trigger(window, text: str) -> None:
    entries = [entry for menu in window.menuBar().actions() for entry in menu.menu().actions()]
    next(entry for entry in entries if entry.text() == text).trigger()
    QApplication.processEvents()


def opened(window) -> ExportDialog:
    trigger(window, "Export the view…")
    return window.findChildren(ExportDialog)[-1]


def save_as(dialog: ExportDialog, name: str) -> None:
    dialog.save.click()
    asked = dialog.findChildren(QFileDialog)[-1]
    asked.selectFile(name)
    asked.fileSelected.emit(asked.selectedFiles()[0])
    asked.close()
    QApplication.processEvents()


def test_the_menu_exports_what_the_window_shows(window, session, tmp_path):
    told = []
    session.told.connect(lambda level, sentence: told.append((level, sentence)))
    dialog = opened(window)
    assert dialog.isModal()
    dialog.save.click()
    asked = dialog.findChildren(QFileDialog)[-1]
    assert Path(asked.selectedFiles()[0]) == tmp_path / "sky_view.png"
    assert asked.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    asked.reject()
    for name in dialog.boxes:
        dialog.boxes[name].setChecked(False)
    save_as(dialog, str(tmp_path / "out.png"))
    assert told == [("info", f"The view was exported as {tmp_path / 'out.png'}.")]
    saved = np.asarray(Image.open(tmp_path / "out.png").convert("RGB"))[..., 0]
    np.testing.assert_array_equal(saved, (drawn(session, session.viewport()) >> 16) & 0xFF)
    assert not any(each.isVisible() for each in window.findChildren(ExportDialog))


def test_the_format_follows_the_filter_and_all_choices_are_remembered(window, session, tmp_path):
    dialog = opened(window)
    dialog.for_print.setChecked(True)
    dialog.dark.setChecked(True)
    dialog.boxes["name"].setChecked(True)
    dialog.unit.setCurrentText("in")
    dialog.width_field.setValue(3.5)
    dialog.dpi.setValue(150)
    assert dialog.result_text.text().startswith("525 × ")
    assert dialog.result_text.text().endswith(" in")
    dialog.save.click()
    asked = dialog.findChildren(QFileDialog)[-1]
    asked.filterSelected.emit("PDF document (*.pdf)")
    assert Path(asked.selectedFiles()[0]).name == "sky_view.pdf"
    asked.reject()
    save_as(dialog, str(tmp_path / "out.pdf"))
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")
    again = opened(window)
    expected = Choices(name=True, for_print=True, width=3.5, unit="in", dpi=150, dark=True, suffix=".pdf")
    assert again.choices == load_choices() == expected
    assert again.for_print.isChecked()
    assert again.dark.isChecked()
    again.reject()


def test_a_bad_name_keeps_the_dialog_open(window, session, tmp_path):
    dialog = opened(window)
    save_as(dialog, str(tmp_path / "out.gif"))
    assert dialog.isVisible()
    assert "has to end in" in dialog.result_text.text()
    dialog.for_print.setChecked(True)
    dialog.width_field.setValue(120)
    dialog.dpi.setValue(1200)
    assert "choose a smaller width" in dialog.result_text.text()
    assert not dialog.save.isEnabled()
    dialog.dpi.setValue(72)
    assert dialog.save.isEnabled()
    dialog.reject()


def test_the_preview_follows_the_choices(window, qtbot):
    dialog = opened(window)

    def count(colour):
        shot = dialog.preview.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        return (pixels(shot) == colour).sum()

    qtbot.waitUntil(lambda: count(PAPER) > 1000)
    dialog.dark.setChecked(True)
    qtbot.waitUntil(lambda: count(0xFF191919) > 1000)
    dialog.reject()


def test_without_a_sky_there_is_no_compass_to_ask_for(window, session, tmp_path):
    fits.writeto(tmp_path / "plain.fits", np.ones((40, 60), "f4"))
    session.open([tmp_path / "plain.fits"])
    dialog = opened(window)
    assert not dialog.boxes["compass"].isEnabled()
    assert not dialog.boxes["scale_bar"].isEnabled()
    assert dialog.boxes["colour_bar"].isEnabled()
    dialog.reject()


def test_copying_gives_the_same_picture_as_large_as_on_the_screen(window, session):
    save_choices(Choices(for_print=True, dark=True))
    trigger(window, "Copy the view")
    copied = pixels(QApplication.clipboard().image().convertToFormat(QImage.Format.Format_RGB32))
    np.testing.assert_array_equal(copied, exported(session, Choices(dark=True)))
    assert "was copied" in session.last_told[-1][1]
    dialog = opened(window)
    dialog.copy.click()
    again = QApplication.clipboard().image()
    assert again.width() == round(12 / 2.54 * 300)
    QApplication.clipboard().clear()


@pytest.mark.parametrize(
    "text",
    ["", "[1]", "{not json", '{"width": "wide", "dpi": 1e9, "unit": "ell", "dark": 1, "suffix": ".gif"}'],
)
def test_foreign_choices_are_the_defaults(text):
    choices_path().parent.mkdir(parents=True, exist_ok=True)
    choices_path().write_text(text)
    assert load_choices() == Choices()
