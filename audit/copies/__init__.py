"""Copies of the logs as an auditor receives them: SQLite files, or plain ``pg_dump`` files, in one folder.

Nothing in the folder is changed, and read-only media will do.
"""
