"""Finders: they search and propose; the kernel judges what they return."""
