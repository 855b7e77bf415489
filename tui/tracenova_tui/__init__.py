"""The terminal UI: watch, step, rewind and question a boot.

It reads ``tracenova.trace`` for what is shown and ``tracenova.lab`` for what runs live.
"""
