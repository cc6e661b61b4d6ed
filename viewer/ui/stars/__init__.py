"""Stars in the window: circles over the picture, their table, and the view beside the plain picture."""
