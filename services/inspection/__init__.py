"""Decides whom to visit and what was found. Publishes InspectionDrawn and InspectionReported. Listens to nomination
and publicity.
"""
