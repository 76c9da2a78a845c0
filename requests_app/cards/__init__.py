"""Cards at the desk: arrivals, what waits for its owner, handover."""
