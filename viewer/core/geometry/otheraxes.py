"""Make the header of an image into that of its Fourier transform, correlation or profile."""

from astropy.io.fits import Header

from viewer.core.geometry.movewcs import PLATE, remove

# coordinate systems of every kind, with distortions; sections and colours of the detector
OF_PLACES = (
    r"(?:CTYPE|CRVAL|CRPIX|CDELT|CROTA|CUNIT|CNAME|CRDER|CSYER|CD|PC|PV|PS)\d\d?(?:_\d\d?)?[A-Z]?"
    r"|(?:CD|PC)\d{6}|(?:WCSAXES|WCSNAME|LONPOLE|LATPOLE)[A-Z]?"
    r"|(?:A|B|AP|BP)_(?:\d_\d|ORDER|DMAX)|(?:CPDIS|CPERR|DP)\d[A-Z]?(?:\..*)?|D2IM.*|AXISCORR"
    r"|[LD]TM\d_\d|[LD]TV\d|BAYERPAT|COLORTYP|[XY]BAYROFF"
    r"|(?:DATA|TRIM|BIAS|[DTB]|CCD|DET|AMP|ROI|[AC])SEC\d*|DISPAXIS"
)

# what the first axis of such an image is called
OTHER_AXES = ("XFREQ", "XLAG", "RADIUS")


def other_axes(
    header: Header, names: tuple[str, ...], middle: tuple[int, ...], steps: tuple[float, ...], unit: str
) -> Header:
    """Return a copy of a header for an image whose pixels are no places on the sky any more.

    All coordinates are removed, and the unit of the values. The new axes have names, are 0 at a pixel
    (counted from 0), and go on in steps.
    """
    changed = header.copy()
    remove(changed, f"{OF_PLACES}|{PLATE}|BUNIT")
    for axis, (name, pixel, step) in enumerate(zip(names, middle, steps, strict=True), 1):
        changed[f"CTYPE{axis}"] = name
        changed[f"CUNIT{axis}"] = unit
        changed[f"CRPIX{axis}"] = pixel + 1.0
        changed[f"CRVAL{axis}"] = 0.0
        changed[f"CDELT{axis}"] = step
    return changed
