"""Sixteen travel times side by side: a vector type for the compiled kernels.

One sweep over the network answers for sixteen places at once. LLVM does not see by itself that a row of sixteen
numbers fits in one or two registers, so the few operations on rows that kernels need are spelled as vector
instructions. They run on any processor: LLVM splits a row over as many registers as it takes.
"""

from collections.abc import Callable
from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, models, register_model

LANES: Final = 16

_INTS = ir.VectorType(ir.IntType(32), LANES)
_DOUBLES = ir.VectorType(ir.DoubleType(), LANES)
_BITS = ir.IntType(LANES)


class _Row(types.Type):
    """Sixteen int32 milliseconds in registers, or sixteen float64 sums."""


ROW: Final = _Row("lanes.row")
SUMS: Final = _Row("lanes.sums")
_BOUNDS: Final = types.UniTuple(types.int32, 2)  # type: ignore[no-untyped-call]  # numba is untyped


@register_model(_Row)
class _RowModel(models.PrimitiveModel):
    def __init__(self, manager: Any, row: _Row) -> None:  # noqa: ANN401  # numba's own
        vector = _INTS if row == ROW else _DOUBLES
        super().__init__(manager, row, vector)  # type: ignore[no-untyped-call]  # numba is untyped


def _instruction(function: Callable[..., Any]) -> Any:  # noqa: ANN401  # called only from compiled code
    """Make an intrinsic that type checkers take for a plain function."""
    return intrinsic(function)


def _spread(builder: Any, value: Any, vector: ir.VectorType) -> Any:  # noqa: ANN401  # llvmlite's own
    """Repeat a number in all lanes."""
    one = builder.insert_element(ir.Constant(vector, ir.Undefined), value, ir.Constant(ir.IntType(32), 0))
    zeros = ir.Constant(_INTS, [0] * LANES)
    return builder.shuffle_vector(one, ir.Constant(vector, ir.Undefined), zeros)


def _address(context: Any, builder: Any, array_type: Any, array: Any, row: Any) -> Any:  # noqa: ANN401  # as above
    """Where a row of a C-contiguous (n, LANES) array starts."""
    data = context.make_array(array_type)(context, builder, array).data
    start = builder.mul(row, ir.Constant(row.type, LANES))
    return builder.bitcast(builder.gep(data, [start]), _INTS.as_pointer())


def _between(builder: Any, row: Any, bounds: Any) -> Any:  # noqa: ANN401  # as above
    """Lanes above the first bound and at most the second."""
    low, high = (_spread(builder, builder.extract_value(bounds, end), _INTS) for end in range(2))
    return builder.and_(builder.icmp_signed(">", row, low), builder.icmp_signed("<=", row, high))


@_instruction
def load(typing: Any, array: Any, row: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ANN401, ARG001  # numba's protocol
    """Read a row of a C-contiguous int32 array of shape (n, LANES)."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        address = _address(context, builder, signature.args[0], args[0], args[1])
        return builder.load(address, align=4)

    return ROW(array, types.int64), build


@_instruction
def store(typing: Any, array: Any, row: Any, values: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ANN401, ARG001
    """Write a row of a C-contiguous int32 array of shape (n, LANES)."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        builder.store(args[2], _address(context, builder, signature.args[0], args[0], args[1]), align=4)
        return context.get_dummy_value()

    return types.none(array, types.int64, values), build


@_instruction
def all_lanes(typing: Any, value: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ANN401, ARG001
    """Make a row of one number."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401, ARG001
        return _spread(builder, args[0], _INTS)

    return ROW(types.int32), build


@_instruction
def no_sums(typing: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ANN401, ARG001
    """Start sixteen sums at zero."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401, ARG001
        return ir.Constant(_DOUBLES, [0.0] * LANES)

    return SUMS(), build


@_instruction
def sooner(typing: Any, best: Any, start: Any, ms: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ANN401, ARG001
    """Lane by lane the lesser of ``best`` and ``start + ms``; two infinite ones still add."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401, ARG001
        arrival = builder.add(args[1], _spread(builder, args[2], _INTS))
        return builder.select(builder.icmp_signed("<", arrival, args[0]), arrival, args[0])

    return ROW(ROW, ROW, types.int32), build


@_instruction
def settled(
    typing: Any, soonest: Any, latest: Any, inside: Any, outside: Any  # noqa: ANN401, ARG001
) -> tuple[Any, Callable[..., Any]]:  # fmt: skip
    """Whether every lane has ``latest <= inside`` or ``soonest > outside``."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401, ARG001
        within = builder.icmp_signed("<=", args[1], _spread(builder, args[2], _INTS))
        beyond = builder.icmp_signed(">", args[0], _spread(builder, args[3], _INTS))
        bits = builder.bitcast(builder.or_(within, beyond), _BITS)
        return builder.icmp_unsigned("==", bits, ir.Constant(_BITS, 2**LANES - 1))

    return types.boolean(ROW, ROW, types.int32, types.int32), build


@_instruction
def add_flat(
    typing: Any, sums: Any, row: Any, bounds: Any, gain: Any  # noqa: ANN401, ARG001
) -> tuple[Any, Callable[..., Any]]:  # fmt: skip
    """Add ``gain`` to the sums of the lanes whose time is above the first of ``bounds`` and at most the second."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401, ARG001
        gain, nothing = _spread(builder, args[3], _DOUBLES), ir.Constant(_DOUBLES, [0.0] * LANES)
        return builder.fadd(args[0], builder.select(_between(builder, args[1], args[2]), gain, nothing))

    return SUMS(SUMS, ROW, _BOUNDS, types.float64), build


@_instruction
def take_after(
    typing: Any, taken: Any, row: Any, bound: Any, number: Any  # noqa: ANN401, ARG001
) -> tuple[Any, Callable[..., Any]]:  # fmt: skip
    """Replace what is taken (float64) by ``number`` in the lanes whose time is above ``bound``."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401, ARG001
        above = builder.icmp_signed(">", args[1], _spread(builder, args[2], _INTS))
        return builder.select(above, _spread(builder, args[3], _DOUBLES), args[0])

    return SUMS(SUMS, ROW, types.int32, types.float64), build


@_instruction
def add_lines(
    typing: Any, sums: Any, row: Any, lines: Any, grain: Any  # noqa: ANN401, ARG001
) -> tuple[Any, Callable[..., Any]]:  # fmt: skip
    """Add ``base + slope * time`` of each lane, rounded as ``grain`` asks; ``lines`` is the pair (bases, slopes).

    Adding the grain and taking it away again is the rounding. LLVM keeps the two, for it may not count on floats to be
    associative.
    """

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401, ARG001
        bases, slopes = (builder.extract_value(args[2], part) for part in range(2))
        coarse = _spread(builder, args[3], _DOUBLES)
        gain = builder.fadd(builder.fmul(builder.sitofp(args[1], _DOUBLES), slopes), bases)
        return builder.fadd(args[0], builder.fsub(builder.fadd(gain, coarse), coarse))

    return SUMS(SUMS, ROW, types.UniTuple(SUMS, 2), types.float64), build  # type: ignore[no-untyped-call]  # as above


@_instruction
def store_sums(typing: Any, array: Any, sums: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ANN401, ARG001
    """Write the sums to a C-contiguous float64 array of LANES numbers."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        builder.store(args[1], builder.bitcast(data, _DOUBLES.as_pointer()), align=8)
        return context.get_dummy_value()

    return types.none(array, SUMS), build
