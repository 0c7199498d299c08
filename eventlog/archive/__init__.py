"""Closed partitions of a log as files that stand by themselves, each held against the signed tree.

A partition becomes a folder ``LOG-PLACE``: ``events.parquet``, for questions, and ``entries``, the entry bundles of its
tiles one after the other, for whoever wants the leaves alone.
"""
