"""Surface plot: a cut-out of an image as a landscape that can be turned."""
