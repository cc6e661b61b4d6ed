"""Skyloupe: a viewer and inspector for astronomical images."""
