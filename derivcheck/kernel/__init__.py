"""The judge: proves and refutes equalities of real expressions. Imports no SymPy, opens no file, keeps no cache."""
