"""The application form: short steps, a check page, and the receipt."""
