"""Statements about arrays at concrete sizes: counterexamples, and a second opinion on proofs."""
