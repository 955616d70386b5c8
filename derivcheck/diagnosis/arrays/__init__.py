"""Diagnosis of wrong steps with sums, indices, vectors, matrices and differentials."""
