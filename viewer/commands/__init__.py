"""Commands: what the program does without a window, one module for each."""
