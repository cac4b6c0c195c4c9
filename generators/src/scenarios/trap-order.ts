/**
 * Trap order (shape S12): stores and host calls between instructions that may trap, whose results are often not used.
 * Which trap comes first, and what had happened before it, must agree. The arguments decide; every entry may trap.
 */
import {numeric, type WireValue} from '#engine/base/wire-value.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import {F64, I32, I64, type ValueType} from '#engine/wasm/types.ts';
import {type Body, leaving} from '../body.ts';
import {callWith} from '../call.ts';
import {addCall, drawArgument} from '../calls.ts';
import {drawInside, drawOutside} from '../environment.ts';
import {addEntry} from '../func.ts';
import {indexFromI32} from '../index-type.ts';
import {addMemory} from '../memory.ts';
import type {ModuleBuilder} from '../module.ts';

const {
  'i32.store': STORE,
  'i32.load': LOAD,
  'i64.load': LOAD64,
  'i32.div_s': DIV_S,
  'i32.rem_u': REM_U,
  'i64.div_u': DIV64_U,
  'i64.rem_s': REM64_S,
  'i32.trunc_f64_s': TRUNC,
  'i64.trunc_f64_u': TRUNC64,
  call_indirect: CALL_INDIRECT,
  drop: DROP,
  unreachable: UNREACHABLE,
  if: IF,
  end: END,
  'memory.fill': FILL,
  'memory.copy': COPY,
  'table.get': TABLE_GET,
  'i64.div_s': DIV64_S,
  'i32.lt_s': LT_S,
} = Op;

/** Parameters of every entry: an i32, an i64, a float, and an address. */
const PARAMS: readonly ValueType[] = [I32, I64, F64, I32];

export function trapOrder(m: ModuleBuilder): void {
  const {rng} = m;
  drawOutside(m);
  addMemory(m, 1, 1);
  drawInside(m, 1);
  for (let i = rng.between(3, 5); i > 0; i--) {
    const plan = addEntry(m, PARAMS, [I32], {instructions: 120, trips: 1}, (b) => {
      const kinds = rng.shuffle([...trapping]);
      kinds.slice(0, rng.between(2, 4)).forEach((make, k) => {
        effect(b, k);
        use(b, make(b));
      });
      b.code.i32(m.rng.below(100));
    });
    const {name} = m.exported.at(-1)!;
    for (let k = 0; k < 4; k++)
      addCall(
        m,
        name,
        plan,
        PARAMS.map((type) => (rng.percent(80) ? harmless(m, type) : drawArgument(m, type))),
      );
  }
}

/** An argument that makes none of the instructions trap. */
function harmless(m: ModuleBuilder, type: ValueType): WireValue {
  const small = BigInt(m.rng.between(1, 9));
  if (type === F64) return numeric('f64', 0x4010000000000000n + (small << 50n));
  return type === I64 ? numeric('i64', small) : numeric('i32', small);
}

/** Something that shows how far the function came. */
function effect(b: Body, k: number): void {
  const {host} = b.m;
  if (host.length > 0 && b.rng.oneIn(4)) {
    const plan = b.rng.pick(host);
    callWith(b, plan, 1);
    for (const type of plan.results.toReversed()) b.dispose(type);
  } else
    b.code
      .i32(k * 4)
      .i32(k + 1 + b.rng.below(200))
      .op(STORE)
      .memarg(2, 0x400);
}

/** The result of a trapping instruction: dropped half of the time. */
function use(b: Body, type: ValueType | null): void {
  if (type === null) return;
  if (b.rng.oneIn(2)) b.code.op(DROP);
  else b.dispose(type);
}

/** Each leaves what it returns. */
const trapping: readonly ((b: Body) => ValueType | null)[] = [
  leaving(I32, ({code}) => code.get(3).op(LOAD).memarg(2, 0)),
  leaving(I64, ({code, rng}) =>
    code
      .get(3)
      .op(LOAD64)
      .memarg(0, rng.pick([0, 0, 0xff00, 0xfff8])),
  ),
  leaving(null, ({code}) => code.get(3).get(0).op(STORE).memarg(0, 0)),
  leaving(I32, ({code, rng}) =>
    code
      .i32(rng.pick([1, -0x80000000]))
      .get(0)
      .op(DIV_S),
  ),
  leaving(I32, ({code}) => code.get(3).get(0).op(REM_U)),
  leaving(I64, ({code}) => code.get(1).get(1).op(DIV64_U)),
  leaving(I64, ({code}) => code.i64(0, -0x80000000).get(1).op(DIV64_S)),
  leaving(I64, ({code}) => code.i64(7, 0).get(1).op(REM64_S)),
  leaving(I32, ({code}) => code.get(2).op(TRUNC)),
  leaving(I64, ({code}) => code.get(2).op(TRUNC64)),
  leaving(null, ({code}) => code.get(0).i32(0).op(LT_S).structured(IF, -1).op(UNREACHABLE).op(END)),
  (b) => {
    indexFromI32(b.code.get(0), b.m.tables[0]!.type.address).pair(CALL_INDIRECT, b.m.types.index([], []), 0);
    return null;
  },
  (b) => {
    if (!b.swarm.features.has('bulk-memory')) return null;
    b.code
      .get(3)
      .get(0)
      .i32(b.rng.pick([0, 1, 64]))
      .index(FILL, 0);
    return null;
  },
  (b) => {
    if (!b.swarm.features.has('bulk-memory')) return null;
    b.code
      .get(3)
      .i32(0)
      .i32(b.rng.pick([0, 1, 64]))
      .pair(COPY, 0, 0);
    return null;
  },
  (b) => {
    if (!b.swarm.features.has('reference-types')) return null;
    const {element, address} = b.m.tables[0]!.type;
    indexFromI32(b.code.get(0), address).index(TABLE_GET, 0);
    return element;
  },
];
