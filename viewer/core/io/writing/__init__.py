"""What `viewer.core.io.write` is made of: a module for each kind of file, and what they share."""
