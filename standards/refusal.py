"""The one way a standard says no."""

from __future__ import annotations


class Refusal(ValueError):
    """``code`` is stable and for machines; ``message`` is a Chinese sentence that also says how to mend it."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(message)
