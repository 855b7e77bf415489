"""What each kind of picture shows, taken from the trace."""
