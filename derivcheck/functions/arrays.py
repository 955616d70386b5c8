"""Functions of vectors and matrices by name; what they mean is the business of the index normal form."""

from __future__ import annotations

from derivcheck.functions.row import Function


def _row(name: str, *spellings: str, arities: tuple[int, ...] = (1,), latex: str = "") -> Function:
    return Function(name, (name, *spellings), arities, latex or f"operatorname{{{name}}}", elementwise=False)


ROWS = (
    _row("sum", "Sum_all"),
    _row("sum0"),
    _row("sum1"),
    _row("mean", arities=(1,)),
    _row("prod"),
    _row("tr", "trace", "Tr", "Trace", latex="operatorname{tr}"),
    _row("det", "Det", latex="det"),
    _row("inv", "inverse"),
    _row("norm", "Norm", arities=(1, 2)),
    _row("dot", "inner", arities=(2,)),
    _row("outer", arities=(2,)),
    _row("diag", "Diag"),
    _row("vec"),
    _row("ones", arities=(1, 2)),
    _row("zeros", arities=(1, 2)),
    _row("eye", "Id", arities=(0, 1)),
    _row("entry", arities=(2, 3)),
    _row("delta", "KroneckerDelta", arities=(2,)),
    _row("iverson", arities=(1, 2)),
    _row("softmax"),
    _row("logsumexp"),
    _row("log_softmax"),
)
