"""Stock of blanks: receipts, transfers, spoiled ones, counts, forecast."""
