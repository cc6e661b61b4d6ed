"""The night: the table of a folder, and what is done with its files."""
