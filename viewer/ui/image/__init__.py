"""The picture: view, image item, overlays."""
