"""Groups of arrays that are handed to kernels by their address.

Numba hands a named tuple on as some seven words an array. A group of groups such as ``Day`` is a thousand of them:
each call of each kernel would pack, pass and unpack them, and most of what is compiled would be that. A ``Handle`` of
a group writes down once where its arrays lie and how long they are. Kernels get the address of that note, one word,
and read ``group.array[i]`` as they do of the named tuple itself; a group inside a group is a handle too.

What stands in the note does not change during a call, and kernels are told so (``invariant.load``): they may keep it in
a register. Contents of the arrays change as ever.
"""

import hashlib
from functools import cache
from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.core.imputils import impl_ret_borrowed, lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import NativeValue, models, register_model, unbox
from numba.np.numpy_support import from_dtype, map_layout

WORD = 8  # bytes


class HandleType(types.Type):  # type: ignore[misc]
    """The compiled type of a ``Handle``: names and types of its fields, and the word at which each begins."""

    def __init__(self, name: str, fields: dict[str, types.Type]) -> None:
        self.fields = fields
        self.first: dict[str, int] = {}
        at = 0
        for field, kind in fields.items():
            self.first[field] = at
            at += _words(kind)
        self.words = at
        content = " ".join(f"{field} {kind}" for field, kind in fields.items())
        # a short name: it becomes part of the name of every compiled function
        super().__init__(f"{name}:{hashlib.sha256(content.encode()).hexdigest()[:16]}")


def type_of(value: Any) -> types.Type:
    """Return the type of a field, without what kernels need not tell apart: none writes where one may only read.

    Raises:
        TypeError: when it is none of those that a handle can hold.
    """
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return _group_type(type(value), tuple(type_of(one) for one in value))
    if isinstance(value, np.ndarray):
        return types.Array(_element(value.dtype), value.ndim, map_layout(value), aligned=value.flags.aligned)
    if isinstance(value, bool | np.bool_):
        return types.boolean
    if isinstance(value, int | np.integer):
        return types.int64
    if isinstance(value, float | np.floating):
        return types.float64
    raise TypeError(f"a handle holds arrays, whole and real numbers and groups of them, not {value!r}")


@cache  # a day has the same groups as the one before
def _group_type(group: Any, kinds: tuple[types.Type, ...]) -> HandleType:
    return HandleType(group.__name__, dict(zip(group._fields, kinds, strict=True)))


@cache
def _element(dtype: np.dtype[Any]) -> types.Type:
    return from_dtype(dtype)


def _words(kind: types.Type) -> int:
    """Return how many words a field takes: address and shape of an array, strides too where they do not follow."""
    if isinstance(kind, HandleType):
        return int(kind.words)
    if isinstance(kind, types.Array):
        return 1 + (1 if kind.layout == "C" else 2) * int(kind.ndim)
    return 1


class Handle:
    """A group of arrays and numbers, to be handed to kernels.

    Args:
        value: a named tuple of arrays, numbers and such tuples.

    Raises:
        TypeError: when it holds something else.

    Attributes:
        value: the group that the handle stands for.
        address: of its note.
    """

    def __init__(self, value: Any) -> None:
        kind = type_of(value)
        self._stand_for(value, kind, np.zeros(kind.words, np.int64))
        _write(kind, value, self._note)

    def _stand_for(self, value: Any, kind: HandleType, note: np.ndarray) -> None:
        self.value, self._numba_type_, self._note, self.address = value, kind, note, note.ctypes.data
        self._parts: dict[str, Handle] = {}

    def part(self, name: str) -> "Handle":
        """Return the handle of a group in this group."""
        if name not in self._parts:
            whole = self._numba_type_
            part = Handle.__new__(Handle)
            part._stand_for(getattr(self.value, name), whole.fields[name], self._note[whole.first[name] :])
            self._parts[name] = part
        return self._parts[name]

    def follow(self, value: Any) -> "Handle":
        """Return a handle of the group as it is now: this one, unless a field has become one of another type."""
        kind = self._numba_type_
        for name, before, now in zip(kind.fields, self.value, value, strict=True):
            if now is before:
                continue
            if type_of(now) != kind.fields[name]:
                return Handle(value)
            _write_field(kind.fields[name], now, self._note[kind.first[name] :])
            self._parts.pop(name, None)
        self.value = value
        return self


def _write(kind: HandleType, value: Any, note: np.ndarray) -> None:
    """Write down a group from the beginning of ``note`` on."""
    for (name, field), one in zip(kind.fields.items(), value, strict=True):
        _write_field(field, one, note[kind.first[name] :])


def _write_field(field: types.Type, one: Any, note: np.ndarray) -> None:
    if isinstance(field, HandleType):
        _write(field, one, note)
    elif isinstance(field, types.Array):
        note[0] = one.ctypes.data
        note[1 : 1 + one.ndim] = one.shape
        if field.layout != "C":
            note[1 + one.ndim : 1 + 2 * one.ndim] = one.strides
    elif field == types.float64:
        note[:1].view(np.float64)[0] = one
    else:
        note[0] = one


# -- what compiled code makes of it ------------------------------------------------------------------------------------


@register_model(HandleType)
class _HandleModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: HandleType) -> None:
        super().__init__(manager, kind, ir.IntType(8).as_pointer())


@unbox(HandleType)
def _unbox(kind: HandleType, handle: Any, c: Any) -> NativeValue:
    address = c.pyapi.object_getattr_string(handle, "address")
    pointer = c.pyapi.long_as_voidptr(address)
    c.pyapi.decref(address)
    return NativeValue(pointer, is_error=cgutils.is_not_null(c.builder, c.pyapi.err_occurred()))


@infer_getattr
class _HandleFields(AttributeTemplate):  # type: ignore[misc]
    key = HandleType

    def generic_resolve(self, kind: HandleType, name: str) -> types.Type | None:
        return kind.fields.get(name)


@lower_getattr_generic(HandleType)
def _field(context: Any, builder: Any, kind: HandleType, handle: Any, name: str) -> Any:
    """Read one field; of an array address and shape, what follows from them is not read."""
    field, at = kind.fields[name], kind.first[name]
    if isinstance(field, HandleType):
        return builder.gep(handle, [ir.Constant(ir.IntType(64), WORD * at)])
    if not isinstance(field, types.Array):
        as_stored = context.get_value_type(field) if field != types.boolean else ir.IntType(64)
        read = _load(builder, handle, at, as_stored)
        return read if field != types.boolean else builder.trunc(read, ir.IntType(1))
    array = context.make_array(field)(context, builder)
    word = context.get_value_type(types.intp)
    address = _load(builder, handle, at, array.data.type)
    shape = [_load(builder, handle, at + 1 + d, word) for d in range(field.ndim)]
    itemsize = context.get_constant(types.intp, context.get_abi_sizeof(context.get_data_type(field.dtype)))
    if field.layout == "C":
        strides: list[Any] = []
        step, items = itemsize, context.get_constant(types.intp, 1)
        for length in reversed(shape):
            strides.insert(0, step)
            step, items = builder.mul(step, length), builder.mul(items, length)
    else:
        strides = [_load(builder, handle, at + 1 + field.ndim + d, word) for d in range(field.ndim)]
        items = context.get_constant(types.intp, 1)
        for length in shape:
            items = builder.mul(items, length)
    array.meminfo, array.parent = cgutils.get_null_value(array.meminfo.type), cgutils.get_null_value(array.parent.type)
    array.nitems, array.itemsize, array.data = items, itemsize, address
    array.shape = cgutils.pack_array(builder, shape, ty=word)
    array.strides = cgutils.pack_array(builder, strides, ty=word)
    return impl_ret_borrowed(context, builder, field, array._getvalue())


def _load(builder: Any, handle: Any, word: int, kind: Any) -> Any:
    """Read one word of the note, which stays as it is during the call."""
    place = builder.gep(handle, [ir.Constant(ir.IntType(64), WORD * word)])
    read = builder.load(builder.bitcast(place, kind.as_pointer()))
    read.set_metadata("invariant.load", builder.module.add_metadata([]))
    return read
