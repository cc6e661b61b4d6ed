"""Night: the files of a night, told apart by their headers, and what becomes of them."""
