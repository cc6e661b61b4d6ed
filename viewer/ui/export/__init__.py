"""The view as a picture for papers and slides: with colour bar, compass and scale bar, as PNG, PDF or SVG."""
