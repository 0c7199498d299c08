"""The kernel: append, read, relay, receive, project. It knows no domain noun.

Nothing here imports nameko or eventlet except :mod:`eventlog.hosting`, the adapter that lets a nameko service host a
relay and its receivers; each of them also runs alone.
"""
