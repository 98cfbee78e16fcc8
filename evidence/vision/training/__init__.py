"""How the network came to be: architecture, loss, training, export. Not imported by the product.

Needs what `requirements.txt` beside it names, which is not installed by default.
"""
