/**
 * Dirty upper bits (shape S5): an i32 made by an instruction that may leave rubbish in the upper half of a register
 * (wrap, narrow loads, a failed grow, reinterpret, calls, negative arithmetic, a spilled value), used where all 64 bits
 * of the register matter: as address, table index, br_table index, extended, converted, shifted, compared.
 */
import {Op} from '#engine/wasm/opcodes.ts';
import {F32, I32, I64, type ValueType} from '#engine/wasm/types.ts';
import {type Body, leaving} from '../body.ts';
import {growMemory} from '../bulk.ts';
import {callValue} from '../call.ts';
import {drawInside, drawOutside} from '../environment.ts';
import {addEntry} from '../func.ts';
import {indexFromI32} from '../index-type.ts';
import {addMemory} from '../memory.ts';
import type {ModuleBuilder} from '../module.ts';
import {plain} from './plain.ts';

const {
  'i32.wrap_i64': WRAP,
  'i32.load8_s': LOAD8_S,
  'i32.load16_s': LOAD16_S,
  'i32.reinterpret_f32': BITS,
  'i32.sub': SUB,
  'i32.shr_s': SHR_S,
  'i32.mul': MUL,
  'i32.rotl': ROTL,
  'i32.clz': CLZ,
  'i64.extend_i32_u': EXTEND_U,
  'i64.extend_i32_s': EXTEND_S,
  'f64.convert_i32_u': F64_U,
  'f32.convert_i32_u': F32_U,
  'i32.shr_u': SHR_U,
  'i32.div_u': DIV_U,
  'i32.lt_u': LT_U,
  'i32.and': AND,
  'i32.load': LOAD,
  'i64.load': LOAD64,
  'i32.store8': STORE8,
  'i64.shl': SHL64,
  'i64.mul': MUL64,
  'i64.add': ADD64,
  select: SELECT,
  'i64.or': OR64,
  block: BLOCK,
  end: END,
  'i32.add': ADD,
  'i32.or': OR,
  call_indirect: CALL_INDIRECT,
} = Op;

export function dirty(m: ModuleBuilder): void {
  if (!m.swarm.hasMemory) return plain(m);
  const {rng} = m;
  drawOutside(m);
  addMemory(m, 1, 2);
  drawInside(m, rng.between(1, 2));
  for (let i = rng.between(2, 3); i > 0; i--) {
    addEntry(m, [I32, I64, F32], [I64], {instructions: 250, trips: 4}, (b) => {
      const accumulator = b.addReserved(I64);
      for (let k = rng.between(3, 7); k > 0; k--) {
        rng.pick(sources)(b);
        if (rng.oneIn(3)) keepAlive(b);
        b.fold(rng.pick(uses)(b), accumulator);
      }
      b.code.get(accumulator);
    });
  }
}

/** Puts the value into a local and back, with other work between. */
function keepAlive(b: Body): void {
  const local = b.addReserved(I32);
  b.code.set(local);
  b.statement(2);
  b.code.get(local);
}

/** Each leaves an i32. */
const sources: readonly ((b: Body) => void)[] = [
  (b) => b.code.get(1).op(WRAP),
  (b) =>
    b.code
      .get(1)
      .i64(0x9e3779b9 | 0, 0x7f4a7c15)
      .op(b.rng.oneIn(2) ? MUL64 : ADD64)
      .op(WRAP),
  (b) => b.code.get(1).i64(32, 0).op(SHL64).i64(b.rng.below(256), -1).op(OR64).op(WRAP),
  (b) => b.code.i32(b.rng.below(128)).op(LOAD8_S).memarg(0, 0),
  (b) => b.code.i32(b.rng.below(128)).op(LOAD16_S).memarg(0, 0),
  (b) => b.code.get(2).op(BITS),
  (b) => b.code.i32(0).get(0).op(SUB),
  (b) => b.code.get(0).i32(31).op(SHR_S),
  (b) => b.code.get(0).get(0).op(MUL),
  (b) => b.code.get(0).i32(b.rng.below(34)).op(ROTL),
  (b) => b.code.get(0).op(CLZ).i32(33).op(SUB),
  (b) => growMemory(b, 1, 0),
  (b) => {
    if (!callValue(b, I32, 2)) b.code.get(0);
  },
  (b) => b.code.get(1).op(WRAP).get(0).get(2).op(BITS).op(SELECT),
];

/** Each takes an i32 and leaves a value of the type that it returns. */
const uses: readonly ((b: Body) => ValueType)[] = [
  leaving(I32, ({code, rng}) =>
    code
      .i32(0xff)
      .op(AND)
      .op(LOAD)
      .memarg(rng.below(3), rng.pick([0, 16, 0xfe00])),
  ),
  leaving(I64, ({code}) => code.i32(24).op(SHR_U).op(LOAD64).memarg(0, 8)),
  leaving(I32, ({code}) => code.i32(16).op(SHR_U).i32(0x7fff).op(AND).op(LOAD).memarg(0, 0x4000)),
  leaving(I64, ({code}) => code.op(EXTEND_U)),
  leaving(I64, ({code}) => code.op(EXTEND_S)),
  leaving(I64, ({code}) => code.op(F64_U).op(Op['i64.reinterpret_f64'])),
  leaving(I32, ({code}) => code.op(F32_U).op(BITS)),
  leaving(I64, ({code, rng}) =>
    code
      .i32(rng.pick([0, 1, 31, 32]))
      .op(SHR_U)
      .op(EXTEND_U),
  ),
  leaving(I32, ({code, rng}) => code.i32(rng.pick([3, 10, 0x7fffffff, -1])).op(DIV_U)),
  leaving(I32, ({code, rng}) => code.i32(rng.pick([5, -5, 0x7fffffff])).op(LT_U)),
  (b) => {
    const local = b.scratch(I32);
    b.code.set(local).get(local).i32(0x3f).op(AND).get(local).op(STORE8).memarg(0, 64);
    b.code.get(local);
    return I32;
  },
  tableSwitch,
  indirect,
];

/** br_table whose index has rubbish above. */
function tableSwitch(b: Body): ValueType {
  const local = b.addReserved(I32);
  const {code, rng} = b;
  const isMasked = rng.oneIn(2);
  code.set(local).structured(BLOCK, -1).structured(BLOCK, -1).structured(BLOCK, -1).get(local);
  if (isMasked) code.i32(3).op(AND);
  code
    .table([0, 1, 2])
    .op(END)
    .get(local)
    .i32(1)
    .op(ADD)
    .set(local)
    .op(END)
    .get(local)
    .i32(64)
    .op(OR)
    .set(local)
    .op(END)
    .get(local);
  return I32;
}

/** call_indirect by this index. */
function indirect(b: Body): ValueType {
  const {code, m} = b;
  const run = m.tables[0]!.runs.find(({plan}) => plan.results.length === 1);
  if (run === undefined) return I32;
  const local = b.addReserved(I32);
  code.set(local);
  for (const type of run.plan.params) b.leaf(type);
  code
    .get(local)
    .i32(run.count - 1)
    .op(AND)
    .i32(run.base)
    .op(ADD);
  indexFromI32(code, m.tables[0]!.type.address).pair(CALL_INDIRECT, run.plan.typeIndex, 0);
  return run.plan.results[0]!;
}
