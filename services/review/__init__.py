"""Decides who is proposed for which tier, and which awards are given. Publishes ReviewCompleted, ShortlistFixed,
objections, AwardDecided and AwardWithheld. Listens to nomination and publicity.
"""
