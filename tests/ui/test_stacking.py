"""The window that aligns and combines: ranking, choosing frames, matched stars, and what comes of it."""

import numpy as np
import pytest
from astropy.io import fits
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QLineEdit

from viewer.core.call import Call
from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.ui.night.candidate import COLUMNS
from viewer.ui.night.stack import StackDialog
from viewer.ui.qt import Waker

SHAPE = (160, 200)
STARS = np.random.default_rng(11).uniform((12, 12), (SHAPE[1] - 12, SHAPE[0] - 12), (40, 2))
BRIGHT = np.random.default_rng(12).uniform(400, 4000, 40)
SHIFTS = ((0, 0), (3, -2), (-4, 5), (6.5, 1.25), (1, 1))


def field(shift=(0, 0), width=1.6, noise=5.0, seed=1):
    """An image of the stars, moved and blurred."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    data = np.random.default_rng(seed).normal(200, noise, SHAPE)
    for (sx, sy), flux in zip(STARS + shift, BRIGHT, strict=True):
        data += flux * np.exp(-0.5 * ((x - sx) ** 2 + (y - sy) ** 2) / width**2) * (1.6 / width) ** 2
    return data.astype("f4")


@pytest.fixture
def frames(tmp_path):
    """Five frames of the same stars, the fourth of which is blurred."""
    paths = []
    for number, shift in enumerate(SHIFTS):
        paths.append(tmp_path / f"frame{number}.fits")
        data = field(shift, width=3.0 if number == 3 else 1.6, seed=number)
        fits.writeto(paths[-1], data, fits.Header({"EXPTIME": 30.0, "IMAGETYP": "Light Frame"}))
    return paths


@pytest.fixture
def session():
    return Session(Jobs(threads=0), Settings())


@pytest.fixture
def opened(session, qtbot):
    """Make the window with frames in it."""

    def make(names=(), of=session):
        dialog = StackDialog(of, names)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitExposed(dialog)
        return dialog

    return make


def column(dialog, title):
    number = next(n for n, each in enumerate(COLUMNS) if each.title == title)
    model = dialog.table.model()
    return [model.index(row, number).data() for row in range(model.rowCount())]


def ticked(dialog):
    return [each.used for each in dialog.frames.rows]


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_frames_are_ranked_and_the_worst_unticked_by_rule_or_key(opened, frames):
    dialog = opened(frames)
    assert column(dialog, "Frame") == ["frame0.fits (ref.)", *(path.name for path in frames[1:])]
    widths = [float(text) for text in column(dialog, "FWHM")]
    assert np.argmax(widths) == 3
    assert abs(widths[0] - 2.355 * 1.6) < 0.2
    scores = [float(text) for text in column(dialog, "Score")]
    assert max(scores) == 1
    assert np.argmin(scores) == 3
    dx, dy = map(float, column(dialog, "Drift")[2].split())
    assert abs(dx + 4) < 0.1
    assert abs(dy - 5) < 0.1

    dialog.share.setValue(20)
    click(dialog.worst_button)
    assert ticked(dialog) == [True, True, True, False, True]
    dialog.table.selectRow(1)
    QTest.keyClick(dialog.table, Qt.Key.Key_Space)
    assert ticked(dialog) == [True, False, True, False, True]
    assert dialog.count.text() == "3 of 5 frames"
    QTest.keyClick(dialog.table, Qt.Key.Key_Space)
    assert ticked(dialog)[1]
    # the best frame is found by sorting, too
    dialog.table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert column(dialog, "Frame")[-1] == "frame3.fits"


def test_a_click_on_a_box_ticks_one_frame(opened, frames):
    dialog = opened(frames)
    cell = dialog.table.visualRect(dialog.table.model().index(2, 0))
    QTest.mouseClick(
        dialog.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(cell.left() + 9, cell.center().y())
    )
    assert ticked(dialog) == [True, True, False, True, True]


def test_ticked_frames_become_an_image_with_its_history(opened, session, frames):
    dialog = opened(frames)
    click(dialog.worst_button)
    dialog.form.fields["method"].show_value("mean")
    click(dialog.ok)
    (document,) = session.documents
    (call,) = document.history.calls
    assert call.name == "combine"
    assert [operand.name for operand in call.arguments["images"]] == [
        str(frames[number]) for number in (0, 1, 2, 4)
    ]
    assert call.arguments["align"] == "stars"
    assert document.file is None
    assert document.modified
    assert document.picture.frame.header["NCOMBINE"] == 4
    middle = np.s_[20:-20, 20:-20]
    difference = document.picture.frame.data - field(noise=0)
    assert np.nanstd(difference[middle]) < 4, "the stars lie on each other, and the noise is half as large"
    assert "4 frames combined" in dialog.note.text()
    assert dialog.isVisible()


def test_the_exposure_map_comes_as_a_second_image(opened, session, frames):
    dialog = opened(frames)
    click(dialog.extra["exposure map"])
    click(dialog.ok)
    first, second = session.documents
    assert second.picture.frame.unit == "s"
    assert np.nanmax(second.picture.frame.data) == 150
    assert first.picture.frame.shape == second.picture.frame.shape


def test_matched_stars_and_residuals_are_drawn(opened, qtbot, frames):
    dialog = opened(frames)
    assert int(column(dialog, "Matched")[1]) > 20
    assert float(column(dialog, "rms")[1]) < 0.2
    dialog.table.selectRow(1)
    qtbot.waitUntil(lambda: dialog.view.picture._image is not None)
    assert "stars matched" in dialog.view.caption.text()
    shot = dialog.view.picture.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    buffer = shot.constBits().asarray(shot.sizeInBytes())
    pixels = np.frombuffer(buffer, np.uint8).reshape(shot.height(), shot.bytesPerLine() // 4, 4).astype(int)
    green = (pixels[..., 1] > pixels[..., 2] + 60) & (pixels[..., 1] > pixels[..., 0] + 40)
    viewport, ratio = dialog.view.picture._viewport, dialog.view.picture.devicePixelRatioF()
    around = 0
    for x, y in dialog.frames.rows[1].alignment.matched[1]:
        sx, sy = (round(value / ratio) for value in viewport.to_screen(x, y))
        around += green[max(0, sy - 9) : sy + 10, max(0, sx - 9) : sx + 10].any()
    assert around == len(dialog.frames.rows[1].alignment.matched[1])


def test_what_cannot_be_aligned_or_read_is_named_and_left_out(opened, session, frames, tmp_path):
    empty = tmp_path / "clouds.fits"
    fits.writeto(empty, np.full(SHAPE, 200, "f4"), fits.Header({"EXPTIME": 30.0}))
    broken = tmp_path / "broken.fits"
    broken.write_bytes(b"SIMPLE  = nonsense")
    dialog = opened([*frames[:3], empty, broken])
    notes = column(dialog, "Note")
    assert notes[3].startswith("Not aligned: only 0 stars were found")
    assert "broken.fits" in notes[4]
    assert dialog.count.text() == "3 of 5 frames, 2 left out"
    click(dialog.ok)
    assert session.current.picture.frame.header["NCOMBINE"] == 3
    level, text = session.last_told[-1]
    assert level == "warning"
    assert "clouds.fits" in text
    assert "broken.fits" in text


def test_a_damaged_first_frame_does_not_stop_the_others(opened, session, frames, tmp_path):
    broken = tmp_path / "broken.fits"
    broken.write_bytes(b"SIMPLE  = nonsense")
    dialog = opened([broken, *frames[:3]])
    assert column(dialog, "Frame")[1] == "frame0.fits (ref.)"
    assert all(column(dialog, "Matched")[1:])
    assert dialog.count.text() == "3 of 4 frames, 1 left out"
    # headers without coordinates on the sky: nothing can be aligned by them
    dialog.form.fields["align"].show_value("wcs")
    assert not dialog.ok.isEnabled()
    assert "no coordinates on the sky" in column(dialog, "Note")[1]
    dialog.form.fields["align"].show_value("none")
    assert dialog.ok.isEnabled()


def test_darks_of_a_whole_folder_are_left_out_and_a_light_is_the_reference(opened, session, data_dir):
    """Their hot pixels are sharper than any star, and their names come first."""
    night = data_dir / "night_tres1"
    dialog = opened([night / f"tres1-{name}.fit" for name in ("001d", "004d", "021", "037")])
    assert column(dialog, "Frame")[2] == "tres1-021.fit (ref.)"
    assert column(dialog, "Score")[:2] == ["", ""]
    assert column(dialog, "Score")[2] == "1.00"
    assert all(note.startswith("A dark, by its header") for note in column(dialog, "Note")[:2])
    assert dialog.count.text() == "2 of 4 frames, 2 left out"
    click(dialog.ok)
    header = session.current.picture.frame.header
    assert [header["IMCMB001"], header["IMCMB002"]] == ["tres1-021.fit", "tres1-037.fit"]
    assert "tres1-001d.fit, tres1-004d.fit" in session.last_told[-1][1]


def test_darks_alone_may_be_combined(opened, data_dir):
    dialog = opened([data_dir / "night_tres1" / f"tres1-{name}.fit" for name in ("001d", "004d")])
    dialog.form.fields["align"].show_value("none")
    assert dialog.ok.isEnabled()


def test_only_the_fields_that_the_method_uses_are_shown(opened, frames):
    dialog = opened(frames)
    fields = dialog.form.fields

    def shown():
        return {name for name, field in fields.items() if field.isVisibleTo(dialog.form)}

    always = {"align", "method", "level", "interpolation", "memory", "override"}
    assert shown() == always
    fields["method"].show_value("sigma-clip")
    clipping = {"weight", "sigma", "sigma_low", "centre", "deviation", "iterations"}
    assert shown() == always | clipping
    # what is wrong stays in sight
    fields["sigma"].findChild(QLineEdit).setText("many")
    fields["weight"].show_value("noise")
    fields["method"].show_value("median")
    assert shown() == always | {"sigma", "weight"}
    fields["align"].show_value("none")
    assert "interpolation" not in shown()


def test_another_reference_is_measured_against(opened, session, frames):
    dialog = opened(frames)
    dialog.table.selectRow(2)
    click(dialog.reference_button)
    assert column(dialog, "Frame")[0] == "frame2.fits (ref.)"
    dx, dy = map(float, column(dialog, "Drift")[1].split())
    assert abs(dx - 4) < 0.1
    assert abs(dy + 5) < 0.1
    # without its tick, the next one is the reference
    dialog.frames.set_used([0], False)
    assert column(dialog, "Frame")[1] == "frame0.fits (ref.)"
    click(dialog.ok)
    images = session.current.history.calls[0].arguments["images"]
    assert [operand.name for operand in images] == [str(frames[number]) for number in (0, 1, 3, 4)]


def test_open_images_are_combined_with_what_was_done_to_them(opened, session, frames):
    session.open(frames[:3])
    session.select(session.documents[0])
    session.apply(Call.of("add", value=1000.0))
    dialog = opened()
    assert dialog.count.text().startswith("Add frames")
    assert not dialog.ok.isEnabled()
    dialog.add_open()
    dialog.add_open()
    assert len(dialog.frames.rows) == 3
    assert "already" in dialog.note.text()
    dialog.form.fields["method"].show_value("sum")
    dialog.form.fields["level"].show_value("none")
    click(dialog.ok)
    assert abs(np.nanmedian(session.current.picture.frame.data) - 1600) < 5
    text = session.current.history.calls[0].text
    assert "add(value=1000.0)" in text


def test_wrong_values_are_said_and_values_remembered(opened, session, frames):
    dialog = opened(frames)
    dialog.form.fields["method"].show_value("median")
    dialog.form.fields["weight"].show_value("exposure")
    click(dialog.ok)
    assert "Weight exposure is for a mean" in dialog.problem.text()
    dialog.form.fields["method"].show_value("sigma-clip")
    assert not dialog.problem.isVisible()
    click(dialog.ok)
    assert len(session.documents) == 1
    other = opened()
    assert other.form.fields["method"].value == "sigma-clip"
    assert other.form.fields["weight"].value == "exposure"


def test_the_window_stays_live_while_frames_are_measured(opened, qtbot, frames):
    jobs = Jobs()
    waker = Waker(jobs)
    live = Session(jobs, Settings())
    dialog = opened(frames, live)
    assert dialog.measuring.busy
    assert dialog.bar.isVisible()
    qtbot.waitUntil(lambda: not dialog.measuring.busy, timeout=60_000)
    assert all(column(dialog, "Matched"))
    click(dialog.ok)
    assert not dialog.ok.isEnabled()
    qtbot.waitUntil(lambda: len(live.documents) == 1, timeout=60_000)
    assert dialog.ok.isEnabled()
    dialog.close()
    jobs.close()
    waker.deleteLater()


def test_a_job_that_begins_with_the_new_image_is_no_sign_of_a_stop(opened, live, qtbot, frames):
    # as the window does, which draws thumbnails
    drawn = "Drawing", lambda _progress: None, lambda _none: None
    live.documents_changed.connect(lambda: live.jobs.start(*drawn))
    dialog = opened(frames[:2], live)
    qtbot.waitUntil(lambda: not dialog.measuring.busy, timeout=20_000)
    click(dialog.ok)
    qtbot.waitUntil(lambda: bool(live.documents) and not dialog.creating.busy, timeout=20_000)
    assert dialog.problem.isHidden()
    assert "2 frames combined" in dialog.note.text()
    dialog.close()


def test_combining_can_be_stopped_and_begun_again(opened, qtbot, tmp_path):
    paths = [tmp_path / f"big{number}.fits" for number in range(8)]
    for number, path in enumerate(paths):
        fits.writeto(path, np.random.default_rng(number).normal(100, 5, (1500, 1500)).astype("f4"))
    jobs = Jobs()
    waker = Waker(jobs)
    live = Session(jobs, Settings())
    dialog = opened([], live)
    dialog.form.fields["align"].show_value("none")
    dialog.form.fields["method"].show_value("sigma-clip")
    dialog.form.fields["memory"].show_value(0.01)
    dialog.add(paths)
    dialog.measuring.abandon()
    click(dialog.ok)
    assert dialog.stop.isVisible()
    click(dialog.stop)
    qtbot.waitUntil(lambda: dialog.ok.isEnabled(), timeout=30_000)
    assert "stopped" in dialog.problem.text()
    assert not live.documents
    click(dialog.ok)
    # the status line's Cancel does the same
    next(job for job in jobs.running if job.title.startswith("Combine")).cancel()
    qtbot.waitUntil(lambda: dialog.ok.isEnabled(), timeout=30_000)
    assert "stopped" in dialog.problem.text()
    dialog.close()
    jobs.close()
    waker.deleteLater()


def test_a_real_night_lies_on_itself(opened, session, data_dir):
    """Frames that drift by more than 100 pixels: drifts as the table of truths has them."""
    night = data_dir / "night_tres1"
    names = ("tres1-021.fit", "tres1-117.fit", "tres1-197.fit")
    dialog = opened([night / name for name in names])
    drifts = [tuple(map(float, text.split())) for text in column(dialog, "Drift")]
    truth = {}
    for line in (night / "TRUTH.tsv").read_text().splitlines():
        cells = line.split("\t")
        if cells[0] in names:
            truth[cells[0]] = float(cells[5]), float(cells[6])
    for name, drift in zip(names, drifts, strict=True):
        assert np.hypot(*np.subtract(drift, truth[name])) < 0.5
    click(dialog.ok)
    assert session.current.picture.frame.header["EXPTOT"] == 180
