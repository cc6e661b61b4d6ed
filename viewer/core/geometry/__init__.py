"""Where pixels go, and how a header follows them."""
