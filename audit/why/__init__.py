"""Why somebody did or did not get an award: the way back from the end to the nomination as filed.

It follows the events' causes from log to log, and within a log the streams of the nomination and its season; no read
model is asked.
"""
