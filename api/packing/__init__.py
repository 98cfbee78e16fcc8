"""Packets: what a channel is sent of a case, made to fit, with a manifest of how it was made.

    offering   every channel with what would go to it, before anything is made
    filling    a plan becomes files: children fit films and photos, pages are set, bytes shared out
    leaves     the pages of a PDF, and the search for a size that fits; `leaves.typ` lays them out
    files      what one made file is
    making     the flow: plan, fill, check, pack, store, note; at once, or by the worker
    members    single files out of a packet that was made

What goes in is decided in `claims.packets`, how a film is made smaller in `evidence.fitting`.
"""
