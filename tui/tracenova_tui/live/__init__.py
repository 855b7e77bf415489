"""The running lab behind a live view; all of it away from the screen's thread."""
