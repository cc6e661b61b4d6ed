"""Examine mode: stars and places measured by clicks and keys, and the panel with the answers."""
