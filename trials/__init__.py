"""Trials of the check itself, over a whole book: does it notice what is wrong, and leave alone what is right?

``python -m trials mutants`` tries every single edit of every equation, ``seeds`` checks the book in other random
worlds, ``ablation`` takes the parts of the method away, ``fuzz`` types nonsense. ``python -m trials.errata`` reads
formulas that were wrong in print elsewhere.
"""
