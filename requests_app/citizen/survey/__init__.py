"""The satisfaction survey: asked once an application is finished, and what all of them say together."""
