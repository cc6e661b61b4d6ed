from PyQt6.QtWidgets import QApplication

CIRCLE = "image\ncircle(101,201,5) # color=red\n"


def test_a_region_file_opened_with_an_image_is_drawn_over_it(window, session, sample, tmp_path):
    file = tmp_path / "one.reg"
    file.write_text(CIRCLE)
    session.open([file, sample])
    QApplication.processEvents()
    (region,) = session.overlays.layer.regions
    assert (region.kind, region.points, region.size) == ("circle", ((100.0, 200.0),), (5.0,))
    assert not session.region_files
    session.open([file])
    assert len(session.overlays.layer.regions) == 2


def test_without_an_image_the_user_hears_what_to_do(window, session, tmp_path):
    file = tmp_path / "one.reg"
    file.write_text(CIRCLE)
    session.open([file])
    assert session.last_told[-1] == (
        "warning",
        "one.reg holds regions: open the image first that they belong to.",
    )
    assert not session.region_files
