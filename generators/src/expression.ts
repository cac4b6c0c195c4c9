/**
 * Expressions: code that leaves one value of a wanted type. The type is chosen first and the operands follow from it,
 * so every instruction can appear with operands that mean something.
 */
import {Op} from '#engine/wasm/opcodes.ts';
import {FUNCREF, isRef, type ValueType} from '#engine/wasm/types.ts';
import {aggregateValue} from './aggregate.ts';
import type {Body} from './body.ts';
import {query, tableGet} from './bulk.ts';
import {callReference, callValue, indirectValue} from './call.ts';
import {blockValue, condition, ifValue, loopValue} from './control.ts';
import {catchValue} from './exceptions.ts';
import {typeSlot} from './instruction.ts';
import {type ExpressionKind, expressionKinds} from './productions.ts';
import {simple} from './simple.ts';
import {typedCallValue} from './typed-table.ts';

const {select: SELECT, 'ref.func': REF_FUNC} = Op;

/** Makes one value, or makes nothing and returns false. */
type Make = (b: Body, type: ValueType, depth: number, nan: boolean) => boolean;

const make = {
  leaf: (b, type) => {
    b.leaf(type);
    return true;
  },
  simple: (b, type, depth, nan) => {
    if (isRef(type)) return reference(b, type, depth);
    const ops = b.swarm.producers[typeSlot(type)]!;
    if (ops.length === 0) return false;
    simple(b, b.rng.pick(ops), depth, nan);
    return true;
  },
  tee: (b, type, depth) => {
    const locals = b.writable[typeSlot(type)]!;
    if (locals.length === 0) return false;
    b.expression(type, depth - 1);
    b.code.tee(b.rng.pick(locals));
    return true;
  },
  select: (b, type, depth) => {
    b.expression(type, depth - 1);
    b.expression(type, depth - 1);
    condition(b, depth - 1);
    if (isRef(type) || (b.swarm.features.has('reference-types') && b.rng.oneIn(4))) b.code.selectTyped(type);
    else b.code.op(SELECT);
    return true;
  },
  block: (b, type, depth) => {
    blockValue(b, type, depth);
    return true;
  },
  choice: (b, type, depth) => {
    ifValue(b, type, depth);
    return true;
  },
  loop: loopValue,
  call: callValue,
  indirect: indirectValue,
  aggregate: aggregateValue,
  reference: (b, type, depth) => (b.rng.oneIn(2) && typedCallValue(b, type, depth)) || callReference(b, type, depth),
  catching: catchValue,
  query: (b, type, depth) => (isRef(type) ? tableGet(b, type, depth) : query(b, type, depth)),
} satisfies Record<ExpressionKind, Make>;

const makers = (Object.keys(expressionKinds) as ExpressionKind[]).map((kind): Make => make[kind]);

/** A reference that is not a local or a global: a function, a table element, null. */
function reference(b: Body, type: ValueType, depth: number): boolean {
  const {helpers} = b.m;
  if (b.rng.oneIn(2) && tableGet(b, type, depth)) return true;
  if (type !== FUNCREF || helpers.length === 0) return false;
  b.code.index(REF_FUNC, b.rng.pick(helpers).index);
  return true;
}

/** Code that leaves one value of the type; a leaf when budget or depth end. */
export function expression(b: Body, type: ValueType, depth: number, nan: boolean): void {
  if (depth <= 0 || b.exhausted) return b.leaf(type);
  const kind = b.rng.weighted(b.swarm.expressions);
  if (!makers[kind]!(b, type, depth, nan)) b.leaf(type);
}
