"""One module for each command: it asks, shows the answer, and says how it ended."""
