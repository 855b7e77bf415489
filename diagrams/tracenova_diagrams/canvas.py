"""A grid of characters to draw on."""

from tracenova_diagrams.metrics import cells


class Canvas:
    """One line of text that lifelines, arrows and words share.

    A wide character takes two places; the second holds an empty text.
    """

    def __init__(self, columns: int) -> None:
        self._places = [" "] * columns

    def put(self, at: int, text: str) -> None:
        """Write from a column on; what does not fit makes the line longer."""
        for char in text:
            wide = cells(char)
            if wide == 0:
                self._places[at - 1] += char
                continue
            while len(self._places) < at + wide:
                self._places.append(" ")
            self._places[at] = char
            if wide == 2:
                self._places[at + 1] = ""
            at += wide

    def __str__(self) -> str:
        return "".join(self._places).rstrip()
