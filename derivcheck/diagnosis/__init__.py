"""For a wrong step: where the mistake sits, which known mistake gives exactly this expression, what mends it."""
