"""The rules of the process as questions to the logs, each a small function with the requirement it holds to.

They are written from the requirements, not from the services' domain, so that the two can disagree.
"""
