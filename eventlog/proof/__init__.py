"""How a log proves itself: an RFC 6962 tree over its leaves, C2SP tiles, signed checkpoints and cosignatures.

``docs/adr/0004-proof.md`` says which files and texts come of it.
"""
