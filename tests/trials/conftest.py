"""Small books on circles and samples, with the directives that show trials."""

import pytest
from small_books import Book, area
from small_books import book as checked_book

__all__ = ["area", "book", "checked_book"]


@pytest.fixture
def book(checked_book: Book) -> Book:
    """Return an empty book with the extension that shows trials."""
    checked_book.extensions.append("trials.sphinx")
    return checked_book
