"""Small books on circles and samples."""

from small_books import area, book

__all__ = ["area", "book"]
