"""The one-command start: real PostgreSQL and Valkey from wheels, and everything else, under one supervisor.

Nothing in this package imports Django, and nothing outside it needs this package: production never uses it.
"""
