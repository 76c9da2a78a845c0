"""`make faults`: processes are really killed and frozen, and what was owed is counted afterwards."""
