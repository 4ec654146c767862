"""Values: dual numbers, and the functions and laws that go by a name."""
