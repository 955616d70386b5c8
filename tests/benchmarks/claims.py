"""Claims by kind, each true, as SymPy and derivcheck can both read them: (function, variable, derivative)."""

CLAIMS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "rational": (
        ("x**5 - 3*x**2 + 7", "x", "5*x**4 - 6*x"),
        ("(x + 1)/(x**2 + 3)", "x", "(3 - 2*x - x**2)/(x**2 + 3)**2"),
        ("(2*x - 1)**7*(x + 4)**3", "x", "(2*x - 1)**6*(x + 4)**2*(20*x + 53)"),
    ),
    "exponential and logarithm": (
        ("x**2*exp(-3*x)", "x", "x*(2 - 3*x)*exp(-3*x)"),
        ("log(1 + exp(x))", "x", "1/(1 + exp(-x))"),
        ("x**x", "x", "x**x*(1 + log(x))"),
    ),
    "trigonometric": (
        ("sin(3*x)*cos(2*x)", "x", "3*cos(3*x)*cos(2*x) - 2*sin(3*x)*sin(2*x)"),
        ("tan(x)**2", "x", "2*sin(x)/cos(x)**3"),
        ("log(sin(x)**2 + 1)", "x", "sin(2*x)/(sin(x)**2 + 1)"),
    ),
    "roots": (
        ("sqrt(x**2 + 1)", "x", "x/sqrt(x**2 + 1)"),
        ("x*sqrt(1 - x**2) + asin(x)", "x", "2*sqrt(1 - x**2)"),
        ("log(x + sqrt(x**2 + 4))", "x", "1/sqrt(x**2 + 4)"),
    ),
    "machine learning": (
        ("-(y*log(1/(1 + exp(-z))) + (1 - y)*log(1 - 1/(1 + exp(-z))))", "z", "1/(1 + exp(-z)) - y"),
        ("z/(1 + exp(-z))", "z", "(1 + exp(-z) + z*exp(-z))/(1 + exp(-z))**2"),
        ("tanh(w*x + b)**2", "w", "2*x*tanh(w*x + b)*(1 - tanh(w*x + b)**2)"),
    ),
}
