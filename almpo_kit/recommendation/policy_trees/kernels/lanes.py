"""Eight pairs of arms at once: the inner steps of the search in vector registers.

Loops over a few pairs are not vectorised by themselves, because a node of a tree is written while its neighbours in the same
array are read; so these steps are written out for the compiler. It turns eight lanes into whatever registers the machine has.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

#: Pairs of arms in one step.
LANES = 8
#: Values of a feature held together at the bottom of a tree.
BLOCK = 8
#: Numbers a node holds: sum, largest prefix, smallest prefix of each lane.
NODE = 3 * LANES
_VECTOR = ir.VectorType(ir.DoubleType(), LANES)
_INT = ir.IntType(64)


def _pointer(context: Any, builder: Any, kind: Any, array: Any, offset: Any) -> Any:
    data = context.make_array(kind)(context, builder, array).data
    return builder.gep(data, [offset])


def _load(builder: Any, pointer: Any) -> Any:
    return builder.load(builder.bitcast(pointer, _VECTOR.as_pointer()), align=8, typ=_VECTOR)


def _store(builder: Any, value: Any, pointer: Any) -> None:
    builder.store(value, builder.bitcast(pointer, _VECTOR.as_pointer()), align=8)


def _larger(builder: Any, a: Any, b: Any) -> Any:
    return builder.select(builder.fcmp_ordered(">", a, b), a, b)


def _smaller(builder: Any, a: Any, b: Any) -> Any:
    return builder.select(builder.fcmp_ordered("<", a, b), a, b)


def _spread(builder: Any, number: Any) -> Any:
    one = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), number, ir.Constant(ir.IntType(32), 0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(one, ir.Constant(_VECTOR, ir.Undefined), zeros)


@intrinsic
def take_in(typingctx: Any, held: Any, at: Any, pairs: Any, of: Any) -> Any:
    """``held[at:at + 8] += pairs[of:of + 8]``, flat float64 arrays."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        into = _pointer(context, builder, signature.args[0], arguments[0], arguments[1])
        added = _pointer(context, builder, signature.args[2], arguments[2], arguments[3])
        _store(builder, builder.fadd(_load(builder, into), _load(builder, added)), into)
        return context.get_dummy_value()

    return types.void(held, types.int64, pairs, types.int64), code


def _bottom(
    context: Any, builder: Any, kinds: Any, arrays: Any, from_: Any, block: Any
) -> tuple[Any, Any, Any]:
    """Sum and extreme prefixes of the values of a block."""
    total = ir.Constant(_VECTOR, [0.0] * LANES)
    high = ir.Constant(_VECTOR, [float("-inf")] * LANES)
    low = ir.Constant(_VECTOR, [float("inf")] * LANES)
    start = builder.mul(block, ir.Constant(_INT, BLOCK))
    for v in range(BLOCK):
        value = builder.add(start, ir.Constant(_INT, v))
        lanes = builder.add(from_, builder.mul(value, ir.Constant(_INT, LANES)))
        added = _load(builder, _pointer(context, builder, kinds[0], arrays[0], lanes))
        shut = builder.load(_pointer(context, builder, kinds[1], arrays[1], value), typ=ir.DoubleType())
        barred = _spread(builder, shut)
        total = builder.fadd(total, added)
        high = _larger(builder, high, builder.fadd(total, barred))
        low = _smaller(builder, low, builder.fsub(total, barred))
    return total, high, low


@intrinsic
def renew(
    typingctx: Any, tree: Any, root: Any, first: Any, block: Any, held: Any, start: Any, shut: Any
) -> Any:
    """Recompute one block of values and every node above it.

    ``tree``: flat float64 from ``root`` on, node 1 on top, node n with children 2n and 2n + 1, block b at ``first + b``;
    ``held``: flat from ``start`` on, eight numbers a value; ``shut``: one number a value, 0 where a prefix may end
    there, −inf where not.
    """

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kinds, (nodes, zero, base, at, sums, from_, closed) = signature.args, arguments
        found = _bottom(context, builder, (kinds[4], kinds[6]), (sums, closed), from_, at)
        node = cgutils.alloca_once(builder, _INT)
        builder.store(builder.add(base, at), node)

        def place(where: Any, part: int) -> Any:
            offset = builder.add(zero, builder.mul(where, ir.Constant(_INT, NODE)))
            offset = builder.add(offset, ir.Constant(_INT, part * LANES))
            return _pointer(context, builder, kinds[0], nodes, offset)

        def keep(values: Any, where: Any) -> None:
            for part, value in enumerate(values):
                _store(builder, value, place(where, part))

        keep(found, builder.load(node, typ=_INT))
        test, body, done = (builder.append_basic_block(n) for n in ("test", "body", "done"))
        builder.branch(test)
        builder.position_at_end(test)
        here = builder.load(node, typ=_INT)
        builder.cbranch(builder.icmp_signed(">", here, ir.Constant(_INT, 1)), body, done)
        builder.position_at_end(body)
        # Both children from memory: which of them has just been written is a coin toss, and a branch on it would be
        # foretold wrongly half of the time.
        pair = builder.and_(here, ir.Constant(_INT, -2))
        left = [_load(builder, place(pair, part)) for part in range(3)]
        right = [_load(builder, place(builder.or_(here, ir.Constant(_INT, 1)), part)) for part in range(3)]
        merged = (
            builder.fadd(left[0], right[0]),
            _larger(builder, left[1], builder.fadd(left[0], right[1])),
            _smaller(builder, left[2], builder.fadd(left[0], right[2])),
        )
        above = builder.lshr(here, ir.Constant(_INT, 1))
        keep(merged, above)
        builder.store(above, node)
        builder.branch(test)
        builder.position_at_end(done)
        return context.get_dummy_value()

    return types.void(tree, types.int64, types.int64, types.int64, held, types.int64, shut), code
