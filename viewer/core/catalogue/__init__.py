"""Catalogues: tables of objects with positions, from files and from the network."""
