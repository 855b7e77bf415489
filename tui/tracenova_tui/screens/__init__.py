"""Screens: welcome, the views of one story, and the dialogs over them."""
