"""What publicity shows: rows for the office's pages, and the public site's files."""

from services.publicity.projections.rows import PROJECTIONS

__all__ = ["PROJECTIONS"]
