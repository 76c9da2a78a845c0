"""The receipt: the same words and sheets for who applied online and who came to the counter."""
