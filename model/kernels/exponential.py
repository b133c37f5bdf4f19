"""The exponential function, worked out where it stands.

A call of the C library costs five times as much as the arithmetic, a loop with a call in it is not worked on in
vectors, and its last bit may differ between systems. This is the library's own method (Nagy 2018, Arm optimized
routines, copyright Arm Limited, MIT licence): a table of 128 parts of an octave and a polynomial of degree 5. For
arguments of at least -512 it gives the same bits as glibc on a processor with fused multiply and add, and the same bits
on any other processor.
"""

from decimal import Decimal, localcontext

import numpy as np
from numba import types
from numba.extending import intrinsic

from model.kernels.compiling import inner

PARTS = 128  # of an octave
LEAST = -700.0  # below which the result is that of LEAST, 1e-304
_PART_BITS, _FRACTION_BITS = 7, 52
_PER_LN2 = float.fromhex("0x1.71547652b82fep0") * PARTS
_LN2_HIGH, _LN2_LOW = float.fromhex("-0x1.62e42fefa0000p-8"), float.fromhex("-0x1.cf79abc9e3b39p-47")
_SHIFT = float.fromhex("0x1.8p52")  # added and taken away again, it leaves a whole number
_C2, _C3 = float.fromhex("0x1.ffffffffffdbdp-2"), float.fromhex("0x1.555555555543cp-3")
_C4, _C5 = float.fromhex("0x1.55555cf172b91p-5"), float.fromhex("0x1.1111167a4d017p-7")


def _make_table() -> tuple[np.ndarray, np.ndarray]:
    """Return the bits of 2^(k / PARTS), less those that its number adds to them, and what rounding took, as a share."""
    with localcontext(prec=60):
        roots = [Decimal(2) ** (Decimal(k) / PARTS) for k in range(PARTS)]
        whole = np.array([float(root) for root in roots])
        lost = [float(root / Decimal(near) - 1) for root, near in zip(roots, whole, strict=True)]
    exponents = np.arange(PARTS, dtype=np.uint64) << np.uint64(_FRACTION_BITS - _PART_BITS)
    return whole.view(np.uint64) - exponents, np.array(lost)


_BITS, _LOST = _make_table()


@intrinsic
def _fused(_typing, a, b, c):  # type: ignore[no-untyped-def]
    """Return a * b + c, rounded once."""

    def codegen(context, builder, signature, args):  # type: ignore[no-untyped-def]
        return builder.fma(*args)

    return types.float64(types.float64, types.float64, types.float64), codegen


@intrinsic
def _bits(_typing, number):  # type: ignore[no-untyped-def]
    """Return the bits of a number."""

    def codegen(context, builder, signature, args):  # type: ignore[no-untyped-def]
        return builder.bitcast(args[0], context.get_value_type(types.uint64))

    return types.uint64(types.float64), codegen


@intrinsic
def _number(_typing, bits):  # type: ignore[no-untyped-def]
    """Return the number of some bits."""

    def codegen(context, builder, signature, args):  # type: ignore[no-untyped-def]
        return builder.bitcast(args[0], context.get_value_type(types.float64))

    return types.float64(types.uint64), codegen


@inner(error_model="numpy", forceinline=True)
def exponential(x):  # type: ignore[no-untyped-def]
    """Return e to the power of ``x``, at most 709; below ``LEAST`` that of ``LEAST``."""
    x = max(x, LEAST)
    shifted = _fused(_PER_LN2, x, _SHIFT)
    whole = _bits(shifted)
    shifted -= _SHIFT
    rest = _fused(shifted, _LN2_LOW, _fused(shifted, _LN2_HIGH, x))
    part = whole & np.uint64(PARTS - 1)
    scale = _number(_BITS[part] + (whole << np.uint64(_FRACTION_BITS - _PART_BITS)))
    square = rest * rest
    more = _fused(square * square, _fused(rest, _C5, _C4), _fused(square, _fused(rest, _C3, _C2), _LOST[part] + rest))
    return _fused(scale, more, scale)
