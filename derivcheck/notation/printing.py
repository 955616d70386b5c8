from derivcheck.expression import Expression
def print_plain(x): return repr(x)
