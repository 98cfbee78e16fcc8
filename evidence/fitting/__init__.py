"""Fitting: another, smaller file of the same film or photo, for a channel that takes no more.

    wish       what is wanted, and what was made
    rate       which size of picture a number of bytes can carry; pure
    command    the command lines of FFmpeg, written by ffmpeg-python
    film       the search for a film: two passes, until it fits
    photo      the same for a photo, in one child
    workshop   the parent's side of one child: start it, bound it, believe little
    child      the child's side: behind the walls it encodes a photo, measures a film, or becomes FFmpeg

The whole length is kept, the original is only read, and what would not be readable is refused.
"""
