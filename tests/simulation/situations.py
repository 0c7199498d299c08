"""What a run of many seeds must have come across at least once to count at all (Antithesis calls it "sometimes")."""

from __future__ import annotations

REPORTED = {
    "event parked": "an event was parked",
    "messages given back": "messages were given back",
    "parked events not tried": "parked events could not be tried",
    "source not asked": "the source could not be asked",
    "relay waits": "the relay waited for broker or database",
    "broker unavailable": "a subscriber waited for the broker",
    "follower waits": "the follower waited",
}
"""By what the product's own log line says."""

SITUATIONS = (
    "a retry hit a committed command",
    "a command id was used for other content",
    "a command was carried out after its sender gave up",
    "an unclear command was acknowledged later",
    "an unclear command had been carried out",
    "an unclear command had not been carried out",
    "a command was refused by its domain",
    "a transaction was rolled back after its append",
    "a sender had seen an older version",
    "a command was decided again",
    "a command was carried out by whoever led its group",
    "a conflict was given up",
    "a message was delivered twice",
    "a message came back to its queue",
    "a message was set aside",
    "a message was published twice",
    "a part of a window was confirmed",
    "a gap was filled from the source's log",
    "a lost tail was found in the source's log",
    "a parked stream was released",
    "a reader saw the read model at the head",
    "a read model was built again by other code",
    "a process could not start at once",
    "a process was stopped in good order",
    "a follower did something twice",
    "the logical clock outran the machine's",
    "a cause pulled the logical clock ahead",
    *REPORTED.values(),
)
