"""The documents that are open and the one object that changes them."""
