"""Marks: lines of a spectrum that were clicked, with the wavelengths that were typed for them."""

from dataclasses import dataclass, replace

from viewer.core.errors import ViewerError
from viewer.core.measure.extraction import Calibration


@dataclass(frozen=True)
class Marks:
    """The lines of a calibration while it is being made.

    Attributes
    ----------
    lines : tuple of (float, float or None)
        FITS pixel along the dispersion, and wavelength; None until it is typed.
    order : int
        Of the polynomial.
    unit, medium : str
        Of the wavelengths.
    used : bool
        Whether they count; otherwise the header's wavelengths do.
    """

    lines: tuple[tuple[float, float | None], ...] = ()
    order: int = 1
    unit: str = "Angstrom"
    medium: str = ""
    used: bool = True

    @property
    def known(self) -> tuple[tuple[float, float], ...]:
        """The lines that have a wavelength."""
        return tuple((pixel, wavelength) for pixel, wavelength in self.lines if wavelength is not None)

    @property
    def calibration(self) -> Calibration | None:
        """What they make; None if they are too few, or contradict each other."""
        made = Calibration(self.known, self.order, self.unit, self.medium)
        if not self.used or len(made.lines) <= self.order:
            return None
        try:
            made.fit()
        except ViewerError:
            return None
        return made

    def residuals(self) -> dict[float, float]:
        """Return the wavelength minus the fit of each line, by its pixel."""
        made = self.calibration
        if made is None:
            return {}
        found = made.fit()["residuals"].tolist()
        return {line[0]: residual for line, residual in zip(made.lines, found, strict=True)}

    def told(self) -> str:
        """Say how good the calibration is, or what it lacks."""
        lacking = self.order + 1 - len(self.known)
        if not self.lines:
            return "Click lines of the spectrum, and type their wavelengths."
        if lacking > 0:
            return (
                f"Order {self.order} needs {lacking} more line{'s' if lacking > 1 else ''} with a wavelength."
            )
        try:
            fit = Calibration(self.known, self.order, self.unit, self.medium).fit()
        except ViewerError as error:
            return str(error)
        if len(self.known) == self.order + 1:
            return f"{fit['dispersion']:.5g} {self.unit} a pixel; more lines would show how well it fits."
        return f"rms {fit['rms']:.3g} {self.unit}, {fit['dispersion']:.5g} {self.unit} a pixel"

    def with_line(self, pixel: float, wavelength: float | None = None) -> "Marks":
        """Return marks with one more line, or another wavelength for a line there is; sorted."""
        others = [line for line in self.lines if line[0] != pixel]
        return replace(self, lines=tuple(sorted((*others, (pixel, wavelength)), key=lambda line: line[0])))

    def without(self, pixels: set[float]) -> "Marks":
        """Return marks without some lines."""
        return replace(self, lines=tuple(line for line in self.lines if line[0] not in pixels))
