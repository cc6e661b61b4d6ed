"""Plots: curves with axes, units and a readout, that can be exported and copied."""
