"""A few numbers at a time: which lie near, and those alone, packed.

Whom a walker heeds cannot be foreseen: half of those in the cells around are out of reach, at random. A loop that keeps
some of them goes one by one. A processor with AVX-512 compares four at once and writes those kept side by side; one
with AVX2 moves them to the front by a table of all sets of lanes; for others it is written one by one. The results are
the same to the last bit. Addresses are not looked at by ``NUMBA_BOUNDSCHECK``: room for ``LANES`` more is left.
"""

from typing import Any

import numpy as np
from numba import config, types
from numba.core.cgutils import get_or_insert_function, ir
from numba.core.codegen import get_host_cpu_features
from numba.extending import intrinsic

LANES = 4  # numbers at a time; 8 were slower in sparse crowds, for what is written across the ends of cache lines
WORD, LONG = ir.IntType(32), ir.IntType(64)
REALS = ir.VectorType(ir.DoubleType(), LANES)
WHOLE = ir.VectorType(WORD, LANES)
LONGS = ir.VectorType(LONG, LANES)
BITS = ir.IntType(LANES)
# of each set of lanes: these in order, the others behind them
FRONT = np.array([sorted(range(LANES), key=lambda k: not kept >> k & 1) for kept in range(2**LANES)])
HALVES = np.stack([2 * FRONT, 2 * FRONT + 1], axis=-1).reshape(len(FRONT), 2 * LANES)  # of numbers of two words


def processor_has(feature: str) -> bool:
    """Return whether kernels are compiled for a processor with a feature, such as "avx2"."""
    features = config.CPU_FEATURES
    if features is None:
        features = get_host_cpu_features() if config.CPU_NAME in (None, "host") else ""
    return f"+{feature}" in features.split(",")


def _spread(builder: Any, value: Any, kind: Any) -> Any:
    """Return a vector of one value."""
    first = builder.insert_element(ir.Constant(kind, ir.Undefined), value, ir.Constant(WORD, 0))
    return builder.shuffle_vector(
        first, ir.Constant(kind, ir.Undefined), ir.Constant(ir.VectorType(WORD, LANES), [0] * LANES)
    )


def _bytes(kind: Any) -> int:
    """Return the bytes of a number of a vector: nothing else is promised of where it lies."""
    return 8 if kind == REALS else 4


def _whole(builder: Any, value: Any) -> Any:
    """Return a vector of one whole number of 64 bits, as numbers of 32."""
    return _spread(builder, builder.trunc(value, WORD), WHOLE)


def _rows(builder: Any, first: Any) -> Any:
    """Return the numbers from ``first`` on."""
    return builder.add(_whole(builder, first), ir.Constant(WHOLE, list(range(LANES))))


def _load(builder: Any, address: Any) -> Any:
    """Return the reals at an address."""
    place = builder.inttoptr(address, REALS.as_pointer())
    return builder.load(place, align=_bytes(REALS))


def _table(module: Any, name: str, rows: np.ndarray) -> Any:
    """Return the constant vectors of a table in a module."""
    kind = ir.VectorType(WORD, rows.shape[1])
    if name not in module.globals:
        table = ir.GlobalVariable(module, ir.ArrayType(kind, len(rows)), name)
        table.linkage, table.global_constant = "internal", True
        table.initializer = ir.Constant(table.value_type, [ir.Constant(kind, row.tolist()) for row in rows])
    return module.globals[name]


def _compressed(builder: Any, values: Any, kept: Any) -> Any:
    """Return the values with those kept in front, by AVX-512."""
    flags = builder.bitcast(builder.trunc(kept, BITS), ir.VectorType(ir.IntType(1), LANES))
    kind = ir.FunctionType(values.type, [values.type, flags.type, values.type])
    name = "v4f64" if values.type == REALS else "v4i32"
    move = get_or_insert_function(builder.module, kind, f"llvm.experimental.vector.compress.{name}")
    return builder.call(move, [values, flags, ir.Constant(values.type, [0] * LANES)])


def _shuffled(builder: Any, values: Any, kept: Any) -> Any:
    """Return the same by AVX2."""
    rows, name = (HALVES, "avx2.permps") if values.type == REALS else (FRONT, "avx.vpermilvar.ps")
    order = ir.VectorType(WORD, rows.shape[1])
    words = ir.VectorType(ir.FloatType(), rows.shape[1])
    kind = ir.FunctionType(words, [words, order])
    move = get_or_insert_function(builder.module, kind, f"llvm.x86.{name}")
    place = builder.gep(_table(builder.module, f"front_{name}", rows), [ir.Constant(LONG, 0), kept])
    return builder.bitcast(builder.call(move, [builder.bitcast(values, words), builder.load(place)]), values.type)


def _pack(builder: Any, values: Any, kept: Any, room: Any, at: Any) -> None:
    """Store the kept values side by side from ``room[at]`` on, and anything behind them."""
    if processor_has("avx2"):
        to_front = _compressed if processor_has("avx512vl") else _shuffled
        place = builder.bitcast(builder.gep(room, [at]), values.type.as_pointer())
        builder.store(to_front(builder, values, kept), place, align=_bytes(values.type))
        return
    for lane in range(LANES):
        builder.store(builder.extract_element(values, ir.Constant(WORD, lane)), builder.gep(room, [at]))
        bit = builder.and_(builder.lshr(kept, ir.Constant(kept.type, lane)), ir.Constant(kept.type, 1))
        at = builder.add(at, bit)


@intrinsic
def near_lanes(_typing, x_at, y_at, x, y, reach2, first, end, own):  # type: ignore[no-untyped-def]
    """Return a word whose bit k tells whether (x_at[k], y_at[k]) lies nearer to (x, y) than the root of ``reach2``.

    Args:
        x_at, y_at: addresses of as many numbers as there are lanes, m.
        x, y: m.
        reach2: m2.
        first: row of the first; those from row ``end`` on and row ``own`` do not count.
        end, own: rows.
    """

    def codegen(context, builder, signature, args):  # type: ignore[no-untyped-def]
        dx = builder.fsub(_load(builder, args[0]), _spread(builder, args[2], REALS))
        dy = builder.fsub(_load(builder, args[1]), _spread(builder, args[3], REALS))
        d2 = builder.fadd(builder.fmul(dx, dx), builder.fmul(dy, dy))
        near = builder.fcmp_ordered("<", d2, _spread(builder, args[4], REALS))
        rows, end, own = _rows(builder, args[5]), _whole(builder, args[6]), _whole(builder, args[7])
        counts = builder.and_(builder.icmp_signed("<", rows, end), builder.icmp_signed("!=", rows, own))
        return builder.zext(builder.bitcast(builder.and_(near, counts), BITS), LONG)

    real, whole = types.float64, types.int64
    return types.uint64(whole, whole, real, real, real, whole, whole, whole), codegen


@intrinsic
def pack_reals(_typing, source, minus, kept, room, at):  # type: ignore[no-untyped-def]
    """Store those of the numbers at ``source`` whose bit is set in ``kept``, less ``minus``, from ``room[at]`` on.

    Args:
        source: address of the numbers.
        minus: number.
        kept: word.
        room: pointer to numbers.
        at: index.
    """

    def codegen(context, builder, signature, args):  # type: ignore[no-untyped-def]
        values = builder.fsub(_load(builder, args[0]), _spread(builder, args[1], REALS))
        _pack(builder, values, args[2], args[3], args[4])
        return context.get_dummy_value()

    return types.void(types.int64, types.float64, types.uint64, types.CPointer(types.float64), types.int64), codegen


@intrinsic
def pack_rows(_typing, first, kept, room, at):  # type: ignore[no-untyped-def]
    """Store those of the whole numbers from ``first`` on whose bit is set in ``kept``, from ``room[at]`` on.

    Args:
        first: whole number.
        kept: word.
        room: pointer to uint32.
        at: index.
    """

    def codegen(context, builder, signature, args):  # type: ignore[no-untyped-def]
        _pack(builder, _rows(builder, args[0]), args[1], args[2], args[3])
        return context.get_dummy_value()

    return types.void(types.int64, types.uint64, types.CPointer(types.uint32), types.int64), codegen


@intrinsic
def lanes_set(_typing, room, at):  # type: ignore[no-untyped-def]
    """Return a word whose bit k tells whether ``room[at + k]`` is not 0; ``room`` points to numbers."""

    def codegen(context, builder, signature, args):  # type: ignore[no-untyped-def]
        place = builder.bitcast(builder.gep(args[0], [args[1]]), REALS.as_pointer())
        values = builder.load(place, align=_bytes(REALS))
        some = builder.fcmp_unordered("!=", values, ir.Constant(REALS, [0.0] * LANES))
        return builder.zext(builder.bitcast(some, BITS), LONG)

    return types.uint64(types.CPointer(types.float64), types.int64), codegen


@intrinsic
def pack_pairs(_typing, own, room, at, kept, first, second):  # type: ignore[no-untyped-def]
    """Store ``own`` at ``first``, and those of ``room`` from ``at`` on whose bit is set in ``kept`` at ``second``.

    Args:
        own: whole number, written in all lanes.
        room: pointer to uint32.
        at: index.
        kept: word.
        first, second: addresses of int32.
    """

    def codegen(context, builder, signature, args):  # type: ignore[no-untyped-def]
        others = builder.bitcast(builder.gep(args[1], [args[2]]), WHOLE.as_pointer())
        begin = builder.inttoptr(args[5], WORD.as_pointer())
        _pack(builder, builder.load(others, align=_bytes(WHOLE)), args[3], begin, ir.Constant(LONG, 0))
        owns = _whole(builder, args[0])
        builder.store(owns, builder.inttoptr(args[4], WHOLE.as_pointer()), align=_bytes(WHOLE))
        return context.get_dummy_value()

    whole = types.int64
    return types.void(whole, types.CPointer(types.uint32), whole, types.uint64, whole, whole), codegen


def _ones(builder: Any, words: Any) -> Any:
    """Return how many bits are set in each word, as numbers of 32 bits."""
    kind = ir.FunctionType(LONGS, [LONGS])
    count = get_or_insert_function(builder.module, kind, f"llvm.ctpop.v{LANES}i64")
    return builder.trunc(builder.call(count, [words]), WHOLE)


@intrinsic
def occupied_lanes(_typing, bits, beyond, before, low, cells, rows, first, inside, at):  # type: ignore[no-untyped-def]
    """Count the cells that hold somebody in a range of columns, in as many rows as there are lanes.

    Of the rows that hold somebody there, in their order, from ``first[at]`` on: how many cells with somebody are listed
    before the range; and from ``inside[at]`` on: how many are in it.

    Args:
        bits: address of a word of each row: which of 64 columns hold somebody.
        beyond: address of the words of the next 64 columns.
        before: address of as many int32: how many cells with somebody are listed before those of ``bits``.
        low: first column of the range, of those of ``bits``.
        cells: word with as many bits set, the lowest, as there are columns in the range.
        rows: how many of the rows count.
        first, inside: pointers to uint32.
        at: index.

    Returns:
        A word whose bit k tells whether row k holds somebody there.
    """

    def codegen(context, builder, signature, args):  # type: ignore[no-untyped-def]
        one, low = ir.Constant(LONG, 1), args[3]
        here, there = (builder.load(builder.inttoptr(place, LONGS.as_pointer()), align=8) for place in args[:2])
        before = builder.load(builder.inttoptr(args[2], WHOLE.as_pointer()), align=4)
        left = _spread(builder, builder.sub(builder.shl(one, low), one), LONGS)
        up = _spread(builder, builder.sub(ir.Constant(LONG, 63), low), LONGS)
        there = builder.shl(builder.shl(there, ir.Constant(LONGS, [1] * LANES)), up)  # a shift by 64 is undefined
        range_of = builder.or_(builder.lshr(here, _spread(builder, low, LONGS)), there)
        range_of = builder.and_(range_of, _spread(builder, args[4], LONGS))
        some = builder.icmp_unsigned("!=", range_of, ir.Constant(LONGS, [0] * LANES))
        counts = builder.icmp_signed("<", ir.Constant(WHOLE, list(range(LANES))), _whole(builder, args[5]))
        kept = builder.zext(builder.bitcast(builder.and_(some, counts), BITS), LONG)
        _pack(builder, builder.add(before, _ones(builder, builder.and_(here, left))), kept, args[6], args[8])
        _pack(builder, _ones(builder, range_of), kept, args[7], args[8])
        return kept

    whole, room = types.int64, types.CPointer(types.uint32)
    return types.uint64(whole, whole, whole, whole, types.uint64, whole, room, room, whole), codegen
