"""Regions in the window: how they are drawn, made, changed, listed and measured."""
