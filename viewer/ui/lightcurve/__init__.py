"""Light curves and zero points in the window: stars are marked, frames measured, and results plotted."""
