"""What nomination is asked to do, publishes and shows: season, unit, nomination, erasure."""

from contracts.nomination import erasure, nomination, season, unit
from contracts.nomination.erasure import *  # noqa: F403 -- one contract in four parts; others import from here
from contracts.nomination.nomination import *  # noqa: F403 -- as above
from contracts.nomination.season import *  # noqa: F403 -- as above
from contracts.nomination.unit import *  # noqa: F403 -- as above

COMMANDS = (*season.COMMANDS, *unit.COMMANDS, *nomination.COMMANDS, *erasure.COMMANDS)
PUBLISHES = (*season.PUBLISHES, *unit.PUBLISHES, *nomination.PUBLISHES, *erasure.PUBLISHES)
QUERIES = season.QUERIES | unit.QUERIES | nomination.QUERIES
"""Each query and what answers it."""
