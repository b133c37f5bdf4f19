"""Bits of a word of 64."""

from numba import types
from numba.extending import intrinsic

WORD = 64  # bits


@intrinsic
def lowest_bit(_typing, word):  # type: ignore[no-untyped-def]
    """Return the number of the lowest bit that is set; ``word`` is uint64 and not 0."""

    def code(context, builder, _signature, arguments):  # type: ignore[no-untyped-def]
        return builder.cttz(arguments[0], context.get_constant(types.boolean, 1))

    return types.uint64(types.uint64), code


@intrinsic
def popcount(typingctx, word):  # type: ignore[no-untyped-def]
    """Return the number of set bits of a uint64."""

    def codegen(context, builder, signature, args):  # type: ignore[no-untyped-def]
        return builder.ctpop(args[0])

    return types.uint64(types.uint64), codegen
