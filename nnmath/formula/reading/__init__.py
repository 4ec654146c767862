"""From LaTeX to a tree, driven by the declared symbols; and back into words."""
