"""Finders: forms of an expression that a person would write. What they return is checked by the kernel."""
