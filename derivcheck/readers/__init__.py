"""Files to located raw derivations: where each value stands, what YAML made of it, and what is wrong with it."""
