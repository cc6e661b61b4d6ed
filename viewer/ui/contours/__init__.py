"""Contours: lines of equal value over the picture, of this image or of another one of the same sky."""
