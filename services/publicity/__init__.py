"""Decides what is shown to the public and until when, and writes the public pages. Publishes NoticePublished,
NoticeClosed and ExemplarPublished. Listens to nomination and review.
"""
