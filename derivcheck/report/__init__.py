"""A `Report` in, text out: one file per output format, one place that turns spans into lines and columns."""
