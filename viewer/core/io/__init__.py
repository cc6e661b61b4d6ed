"""Opening files: FITS of every kind and raster images."""
