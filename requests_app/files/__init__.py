"""Uploaded documents: checking and re-encoding them, and keeping them encrypted on disk.

Knows no model and no Django settings; what it needs is passed in. The one exception is
`upload_handler`, which is Django's hook for receiving a file.
"""
