"""Equations in reading order, and the verdict on each."""
