"""Photos and PDFs that come with a form: citizens and the counter send them the same way."""
