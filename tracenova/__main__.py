"""``python -m tracenova``: the command line where its script is not on the path."""

from tracenova.cli import main

main()
