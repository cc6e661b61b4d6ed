"""A recipe on many files: here, in several processes, or on a cluster."""
