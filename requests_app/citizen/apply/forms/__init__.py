"""One form per step; the names of the fields are the keys of the answers."""
