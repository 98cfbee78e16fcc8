"""Hearing: the sound of a film, decoded small, and what in it speaks of a cut. No pictures in here."""
