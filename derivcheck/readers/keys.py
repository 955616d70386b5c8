"""The keys of a derivation file, and words that people write for them."""

TOP_KEYS = ("title", "source", "description", "given", "assume", "steps", "goal", "notation")
STEP_KEYS = ("claim", "because", "id", "points", "expect", "diagnosis", "note")

NOTATION_VALUES = {
    "dialect": ("auto", "plain", "latex"),
    "implicit_multiplication": ("left-to-right", "tight"),
    "layout": ("gradient", "numerator", "denominator"),
    "log_base": ("e", "2", "10"),
    "strict": ("false", "true"),
}

MEANT = {
    "assumptions": "assume", "assuming": "assume", "conditions": "assume", "domain": "assume", "where": "assume",
    "claims": "steps", "derivation": "steps", "proof": "steps",
    "define": "given", "definitions": "given", "function": "given", "let": "given",
    "conclusion": "goal", "result": "goal",
    "comment": "note", "reason": "because", "why": "because", "statement": "claim", "weight": "points",
    "name": "title", "options": "notation",
}  # fmt: skip
