"""How published events travel: a doorbell that may lose, repeat or reorder; the log is the truth.

Every implementation passes the same conformance suite (``tests/eventlog/broker``).
"""
