"""Regions: shapes on an image, what lies inside them, and files of them."""
