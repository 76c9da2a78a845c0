"""The living component page (`/gaya/`): every part that pages are made of, in its states. Only with DEBUG."""
