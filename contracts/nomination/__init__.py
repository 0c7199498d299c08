"""What nomination is asked to do, publishes and shows: season, unit, nomination."""

from contracts.nomination import nomination, season, unit
from contracts.nomination.nomination import *  # noqa: F403 -- one contract in three parts; others import from here
from contracts.nomination.season import *  # noqa: F403 -- as above
from contracts.nomination.unit import *  # noqa: F403 -- as above

COMMANDS = (*season.COMMANDS, *unit.COMMANDS, *nomination.COMMANDS)
PUBLISHES = (*season.PUBLISHES, *unit.PUBLISHES, *nomination.PUBLISHES)
QUERIES = season.QUERIES | unit.QUERIES | nomination.QUERIES
"""Each query and what answers it."""
