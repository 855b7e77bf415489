"""What the views show, as lines of plain data; no screen is needed to read them."""
