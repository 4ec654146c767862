"""The symbols of the book, one module a chapter or two; `notation` gathers their scopes."""
