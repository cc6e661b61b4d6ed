"""Skyloupe: a viewer and inspector for astronomical images."""

__version__ = "0.1.0"
