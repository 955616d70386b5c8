"""The version of the package, known without looking into installed metadata."""

__version__ = "0.1.0"
