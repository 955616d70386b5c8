"""Arctangents of rational numbers by those of a basis, so that their rational relations become visible.

Method: atan(p/q) is the argument of q + ip. In the Gaussian integers q + ip is a unit times a power of 1 + i
times primes a ± ib over the rational primes l = a^2 + b^2, so atan(p/q) = sum of e_l atan(b/a) + k pi/4 with
whole numbers e_l and k. Which k it is a ball decides: the difference is a multiple of pi/4 exactly.

Source: J. Todd, A problem on arc tangent relations, 1949; C. Størmer's use of the Gaussian integers, 1896.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb, fmpz

from derivcheck.kernel.balls import exact, precision

MAX_BITS = 60
BITS = 256


def by_primes(value: Fraction) -> tuple[dict[Fraction, int], int] | None:
    """atan(value) as ({b/a: e}, k): the sum of e * atan(b/a), plus k * pi/4. None for too large a value."""
    p, q = value.numerator, value.denominator
    norm = p * p + q * q
    if norm.bit_length() > MAX_BITS:
        return None
    parts: dict[Fraction, int] = {}
    for prime, count in fmpz(norm).factor():
        if int(prime) != 2:
            a, b = _two_squares(int(prime))
            above = _divides(p, q, a, b, int(prime))
            parts[Fraction(b, a)] = int(count) if above else -int(count)
    with precision(BITS):
        rest = exact(value).atan() - sum((count * exact(part).atan() for part, count in parts.items()), arb(0))
        quarter = (4 * rest / arb.pi() + exact(Fraction(1, 2))).floor().unique_fmpz()
    return None if quarter is None else (parts, int(quarter))


def _two_squares(prime: int) -> tuple[int, int]:
    """a > b > 0 with a^2 + b^2 = prime, for a prime that is 1 modulo 4: Euclid from a root of -1 (Cornacchia)."""
    root = next(r for g in range(2, prime) if (r := pow(g, prime // 4, prime)) * r % prime == prime - 1)
    a, b = prime, root
    while b * b > prime:
        a, b = b, a % b
    return max(b, a % b), min(b, a % b)


def _divides(p: int, q: int, a: int, b: int, prime: int) -> bool:
    """Whether a + ib divides q + ip; if not, a - ib does."""
    return (q * a + p * b) % prime == 0 and (p * a - q * b) % prime == 0
