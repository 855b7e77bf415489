"""The course: lessons that run the real thing and grade themselves."""
