"""Packets: what of a case goes to a channel, in which form, what stays out, and what it says.

    shown      everything that could be shown, the most telling first
    plan       what goes in for one channel, what is left out and why, or why nothing can go
    letter     the statement: sentences from `letters.toml` that the case bears out, as long as may be
    facts      what a case bears out, as values and facts for those sentences
    exhibited  the numbers of the exhibits
    counting   how long a text is, as the channel counts

No pixel is looked at here: that a photo still has to be made smaller is `evidence.fitting`'s to do.
"""
