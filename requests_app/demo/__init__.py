"""Synthetic people and applications, for a first look and for tests. Local and test runs only.

The loader writes rows in bulk instead of calling the operations ten thousand times, so it is the one place
besides `operations` that saves. Each life is played through the same tables of steps, texts and terms that the
operations use (life.py), and tests hold the result against the rules that the operations keep.
"""
