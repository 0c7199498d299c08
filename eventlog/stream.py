"""Stream names: ``<category>-<uuid>``, the CloudEvents ``subject`` of every event in the stream."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, order=True)
class StreamName:
    category: str
    id: UUID

    def __str__(self) -> str:
        return f"{self.category}-{self.id}"

    @classmethod
    def parse(cls, text: str) -> StreamName:
        category, _, rest = text.partition("-")
        return cls(category, UUID(rest))
