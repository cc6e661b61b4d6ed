"""Questions about a frame: readout and statistics; never a new frame."""
