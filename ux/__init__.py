"""What a page weighs, how long it takes, and what it keeps from whom: counted in a real Chromium. `make ux`."""
