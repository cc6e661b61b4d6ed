"""Handing over: a second Skyloupe gives its files to the window that is open, and ends."""
