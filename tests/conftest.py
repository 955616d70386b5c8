"""How Hypothesis runs: no test asserts a time, and a run says the same twice; DERIVCHECK_FUZZ draws anew."""

import os

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize="DERIVCHECK_FUZZ" not in os.environ)
settings.load_profile("steady")
