"""How a message leaves the building: one file or folder per outside system.

Nothing here knows a model or the settings: what a channel needs is passed in,
and what happened comes back as an :class:`~requests_app.channels.base.Outcome`.
"""
