"""What the admin manages: zones, which kelurahan they cover, when they are closed, the health protocol."""
