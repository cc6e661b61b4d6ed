"""RegionsModel: the regions of the image that is shown as rows of a table."""

from collections.abc import Collection

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PyQt6.QtGui import QColor, QIcon, QPixmap

from viewer.core.session.document import Picture
from viewer.core.shapes.region import Region
from viewer.core.skyframes import SkyStyle
from viewer.ui.regions.colours import colour_of
from viewer.ui.regions.describing import Sky, place_text, short_title_of, size_text, sky_of, title_of
from viewer.ui.regions.icons import shape_icon
from viewer.ui.tint import tinted

COLUMNS = ("Shape", "Name", "Centre", "Size")
NAME = COLUMNS.index("Name")
Role = Qt.ItemDataRole


class RegionsModel(QAbstractTableModel):
    """Rows are regions in the order in which they are drawn; texts are made when they are seen.

    Parameters
    ----------
    parent : QObject, optional
        As in Qt.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.regions: tuple[Region, ...] = ()
        self._picture: Picture | None = None
        self._sky = False
        self._style = SkyStyle()
        self._skies: dict[int, tuple[Region, Sky | None]] = {}
        self._icons: dict[tuple[str, str], QIcon] = {}
        self._text_colour = QColor()
        self._rows: dict[int, int] = {}

    def show_regions(
        self, regions: tuple[Region, ...], picture: Picture | None, sky: bool, style: SkyStyle
    ) -> None:
        """Show regions, with places on the sky if `sky`."""
        same = picture is self._picture and sky == self._sky and len(regions) == len(self.regions)
        if same and regions is self.regions and style == self._style:
            return
        if not same:
            self.beginResetModel()
        if picture is not self._picture:
            self._skies.clear()
        self.regions, self._picture, self._sky, self._style = regions, picture, sky, style
        if not same:
            self.endResetModel()
        elif regions:
            self.dataChanged.emit(self.index(0, 0), self.index(len(regions) - 1, len(COLUMNS) - 1))

    def rows_of(self, keys: Collection[int]) -> list[int]:
        """Return the rows of the regions that have some keys, in order."""
        rows = self._known_rows(keys)
        if rows is None:
            self._rows = {region.key: row for row, region in enumerate(self.regions)}
            rows = self._known_rows(keys) or []
        return rows

    def _known_rows(self, keys: Collection[int]) -> list[int] | None:
        """Return the rows, unless regions have moved to others since they were noted."""
        rows = sorted(self._rows[key] for key in keys if key in self._rows)
        right = len(rows) == len(keys) and (not rows or rows[-1] < len(self.regions))
        return rows if right and all(self.regions[row].key in keys for row in rows) else None

    def set_text_colour(self, colour: QColor) -> None:
        """Draw the signs of shapes in another colour."""
        self._text_colour = colour
        self._icons.clear()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """See `QAbstractTableModel`."""
        return 0 if parent.isValid() else len(self.regions)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """See `QAbstractTableModel`."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole):
        """See `QAbstractTableModel`."""
        if orientation == Qt.Orientation.Horizontal and role == Role.DisplayRole:
            return ("Shape", "Name", "RA, Dec (ICRS)" if self._sky else "x, y", "Size")[section]
        return None

    def data(self, index: QModelIndex, role: int = Role.DisplayRole):
        """See `QAbstractTableModel`."""
        region = self.regions[index.row()]
        if role == Role.DisplayRole or role == Role.EditRole:
            return self.text(index.row(), index.column())
        if role == Role.DecorationRole and index.column() == 0:
            return self._icon(region)
        if role == Role.ToolTipRole:
            words = title_of(region) + (f" “{region.name}”" if region.name else "")
            tags = f"\nGroups: {', '.join(region.tags)}" if region.tags else ""
            left_out = "" if region.include else "\nExcluded: begins with a minus in a region file"
            return f"{words}\n{self.text(index.row(), 2)}  {self.text(index.row(), 3)}{tags}{left_out}"
        return None

    def text(self, row: int, column: int) -> str:
        """Return what a cell says."""
        region = self.regions[row]
        if column == 0:
            return f"{'' if region.include else '– '}{short_title_of(region)}"
        if column == NAME:
            return region.name
        sky = self._sky_of(region) if self._sky else None
        return place_text(region, sky, self._style) if column == 2 else size_text(region, sky)

    def _sky_of(self, region: Region) -> Sky | None:
        known = self._skies.get(region.key)
        if known is None or known[0] is not region:
            if len(self._skies) > 5000:
                self._skies.clear()
            known = (region, None if self._picture is None else sky_of(region, self._picture))
            self._skies[region.key] = known
        return known[1]

    def _icon(self, region: Region) -> QIcon:
        key = (region.kind, region.colour)
        if key not in self._icons:
            self._icons[key] = shape_icon(region.kind, self._text_colour, colour_of(region.colour))
        return self._icons[key]


def swatch(colour: QColor, side: int = 14) -> QIcon:
    """Return a square of a colour."""
    picture = QPixmap(side, side)
    picture.fill(tinted(colour))
    return QIcon(picture)
