"""Writers: the names that observatories, programs and archives give to columns."""

import re

# pairs of names in lower case, the more certain ones first: those at J2000 before others
SKY = (
    ("_raj2000", "_dej2000"),
    ("_ra.icrs", "_de.icrs"),
    ("_ra_icrs", "_de_icrs"),
    ("ra_icrs", "de_icrs"),
    ("ra_icrs", "dec_icrs"),
    ("raj2000", "dej2000"),
    ("raj2000", "decj2000"),
    ("ra_j2000", "dec_j2000"),
    ("radeg", "dedeg"),
    ("radeg", "decdeg"),
    ("ra_deg", "dec_deg"),
    ("ra_d", "dec_d"),
    ("ra", "dec"),
    ("ra", "de"),
    ("ra", "decl"),
    ("_ra", "_de"),
    ("_ra", "_dec"),
    ("r.a.", "dec."),
    ("alphawin_j2000", "deltawin_j2000"),
    ("alpha_j2000", "delta_j2000"),
    ("alphapsf_j2000", "deltapsf_j2000"),
    ("alphawin_sky", "deltawin_sky"),
    ("alpha_sky", "delta_sky"),
    ("alphawin_world", "deltawin_world"),
    ("x_world", "y_world"),
    ("alpha", "delta"),
    ("meanra", "meandec"),
    ("ramean", "decmean"),
    ("right_ascension", "declination"),
    ("right ascension", "declination"),
    ("rightascension", "declination"),
    ("s_ra", "s_dec"),
    ("ra_hms", "dec_dms"),
    ("ra_hours", "dec_degrees"),
    ("rah", "decd"),
    ("sky_centroid.ra", "sky_centroid.dec"),
)
GALACTIC = (("_glon", "_glat"), ("glon", "glat"), ("gal_lon", "gal_lat"), ("l", "b"))
GALACTIC_UCDS = ("pos.galactic.lon", "pos.galactic.lat")
B1950 = (("_rab1950", "_deb1950"), ("rab1950", "deb1950"), ("ra_b1950", "dec_b1950"), ("ra1950", "dec1950"))
UCDS = (("pos.eq.ra", "pos.eq.dec"), ("pos_eq_ra", "pos_eq_dec"))
PARTS = (("rah", "ram", "ras"), ("de-", "ded", "dem", "des"))
# pixels, with the number that the writer gives to the first one; in the case that the writer uses
PIXELS = (
    ("XWIN_IMAGE", "YWIN_IMAGE", 1, "SExtractor"),
    ("X_IMAGE", "Y_IMAGE", 1, "SExtractor"),
    ("XPSF_IMAGE", "YPSF_IMAGE", 1, "SExtractor"),
    ("XPEAK_IMAGE", "YPEAK_IMAGE", 1, "SExtractor"),
    ("xcentroid", "ycentroid", 0, "photutils"),
    ("x_centroid", "y_centroid", 0, "photutils"),
    ("x_fit", "y_fit", 0, "photutils"),
    ("xcenter", "ycenter", 0, "photutils"),
    ("x_center", "y_center", 0, "photutils"),
    ("x_peak", "y_peak", 0, "photutils"),
    ("x_init", "y_init", 0, "photutils"),
    ("x_0", "y_0", 0, "photutils"),
    ("XCENTER", "YCENTER", 1, "IRAF"),
    ("XINIT", "YINIT", 1, "IRAF"),
)
PIXELS_ANY_CASE = (
    ("x", "y"),
    ("x_pixel", "y_pixel"),
    ("xpix", "ypix"),
    ("x_pix", "y_pix"),
    ("xpos", "ypos"),
    ("x_pos", "y_pos"),
    ("xc", "yc"),
    ("x_image", "y_image"),
    ("x_fits", "y_fits"),
    ("ccdx", "ccdy"),
)
MAGNITUDES = (
    "phot_g_mean_mag",
    "gmag",
    "mag",
    "magnitude",
    "vmag",
    "mag_auto",
    "mag_best",
    "mag_psf",
    "mag_iso",
    "rmag",
    "imag",
    "bmag",
    "jmag",
    "v",
    "flux_v",
    "r",
    "g",
)
FLUXES = (
    "flux_auto",
    "flux_best",
    "flux_aper",
    "flux",
    "aperture_sum",
    "segment_flux",
    "flux_fit",
    "kron_flux",
)
LABELS = ("main_id", "name", "label", "designation", "object", "source_id", "source", "id", "number", "star")
# not the image, nor a magnet
MAG = re.compile(r"mag(?!e|n)", re.IGNORECASE)
ERROR = re.compile(r"(^e_|err|unc|sigma|std|^ref|flag|^n_|^q_|bibcode)", re.IGNORECASE)
