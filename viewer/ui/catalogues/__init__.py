"""Catalogues in the window: symbols over the picture, and what they are."""
