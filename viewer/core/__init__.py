"""Everything that is not Qt: files, pixels, coordinates, rendering, measuring, the session."""
