"""What proves one log, put together: it signs and shows the log's checkpoints, and cosigns those of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eventlog.proof import note
from eventlog.proof.checkpointer import Checkpointer
from eventlog.proof.cosigning import Collector, Listed, Puller
from eventlog.proof.note import MalformedNote
from eventlog.proof.publication import Publication
from eventlog.proof.witness import Answer, Witness


@dataclass(frozen=True, kw_only=True)
class Notary:
    """``others`` are the logs that cosign this one. ``askers`` wait for answers of other processes: they are cut off at
    the end, not waited for.
    """

    publication: Publication
    witness: Witness
    listed: Listed
    others: Sequence[str]
    checkpointer: Checkpointer
    askers: Sequence[Collector | Puller]

    @property
    def loops(self) -> Sequence[Checkpointer | Collector | Puller]:
        return [self.checkpointer, *self.askers]

    def add_checkpoint(self, text: str) -> Answer:
        """C2SP tlog-witness: asks us to cosign another log's checkpoint."""
        return self.witness.add_checkpoint(text)

    def offer_checkpoint(self, old: int, cosignatures: str) -> str:
        """For a witness that cannot be called: takes lines of cosignatures, which may be none, and gives what it would
        have been asked since it cosigned the log of ``old`` leaves; nothing when there is nothing.
        """
        published = self.publication.note()
        if published is not None and cosignatures:
            keys = [one.key.as_cosigner() for name in self.others for one in self.listed(name)]
            try:
                self.publication.add(published.text, note.parse_signatures(cosignatures), keys)
            except MalformedNote:
                return ""
        return self.publication.request(old) or ""
