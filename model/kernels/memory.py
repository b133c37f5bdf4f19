"""Where arrays lie and when they come: rows that begin a cache line, and lines asked for ahead."""

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

LINE_BYTES = 64  # of a cache line


def line_aligned(rows: int, columns: int, dtype: type) -> np.ndarray:
    """Return zeros (rows, columns) that begin a cache line."""
    size = np.dtype(dtype).itemsize
    room: np.ndarray = np.zeros(rows * columns + 2 * LINE_BYTES // size, dtype)
    start = -(room.ctypes.data // size) % (2 * LINE_BYTES // size)  # lines are fetched in pairs
    return room[start : start + rows * columns].reshape(rows, columns)


@intrinsic
def fetch_line(typingctx, address):  # type: ignore[no-untyped-def]
    """Ask for the cache line at an address (int) before it is needed; has no other effect."""

    def codegen(context, builder, signature, args):  # type: ignore[no-untyped-def]
        word = cgutils.int32_t
        place = builder.inttoptr(args[0], cgutils.voidptr_t)
        kind = cgutils.ir.FunctionType(cgutils.ir.VoidType(), [cgutils.voidptr_t, word, word, word])
        ask = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(ask, [place, word(0), word(3), word(1)])  # to read, into all caches, data
        return context.get_dummy_value()

    return types.void(types.int64), codegen


@intrinsic
def scratch(typingctx, count, kind):  # type: ignore[no-untyped-def]
    """Return room for ``count`` (a literal) numbers of a kind that nothing else points to, as long as a call lasts.

    What is written there cannot change what is read elsewhere, so that loops over it are worked on in vectors. It holds
    anything at first.
    """
    if not isinstance(count, types.IntegerLiteral):
        return None
    item = kind.dtype

    def codegen(context, builder, signature, args):  # type: ignore[no-untyped-def]
        of = context.get_value_type(item)
        with builder.goto_entry_block():
            room = builder.alloca(cgutils.ir.ArrayType(of, count.literal_value))
            room.align = LINE_BYTES  # a vector over two lines takes two looks
        return builder.bitcast(room, of.as_pointer())

    return types.CPointer(item)(count, kind), codegen
