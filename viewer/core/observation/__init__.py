"""Observation: what headers say about how a frame was taken, in the spellings of many observatories."""
