"""Decides what may be nominated. Publishes SeasonOpened, UnitRegistered, NominationSubmitted and their ends.
Listens to nobody.
"""
