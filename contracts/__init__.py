"""The published language: what services, gateway and auditors say to each other.

Evolution rule: a new optional field keeps the version; any other change of a published event is a new
``schema_version`` with an upcaster in its owner, and the old golden example stays in ``contracts/examples``.
"""
