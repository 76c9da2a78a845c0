"""Production: batches, sheets, scanning, sending to the zones."""
