"""The window in which a spectrum is taken from a long-slit frame, or from a region of a cube."""
