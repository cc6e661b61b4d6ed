"""From pixels to a screenful of colours, without Qt."""
