"""`python -m derivcheck` is the command line."""

import sys

from derivcheck.cli import main

if __name__ == "__main__":
    sys.exit(main())
