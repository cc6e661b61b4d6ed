"""The desktop around the program: being the one that opens FITS files and draws their thumbnails."""
