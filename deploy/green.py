"""Importing this module makes the process cooperative (eventlet). It must be the first import of a hosting process:
a lock made before would be a native one and stop every green thread.
"""

from __future__ import annotations

import os

# psycopg's own wait would block the whole process; this one waits on the patched ``select``.
os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_select")

import eventlet

eventlet.monkey_patch()
