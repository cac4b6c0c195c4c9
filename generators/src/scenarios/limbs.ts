/**
 * Wide arithmetic as libraries of long numbers write it: chains of 128-bit sums, differences and products over a few
 * limbs, each result used by the next ones, among instructions that overwrite the carry; both results, one, or none.
 */
import {SIGNATURE} from '#engine/wasm/columns.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import {I64, type ValueType} from '#engine/wasm/types.ts';
import type {Body} from '../body.ts';
import {continueLoop, openLoop} from '../control.ts';
import {drawInside, drawOutside} from '../environment.ts';
import {addEntry} from '../func.ts';
import type {ModuleBuilder} from '../module.ts';
import {plain} from './plain.ts';

const {'i64.extend_i32_u': EXTEND_U, 'i64.lt_u': LT_U, drop: DROP} = Op;
const wide = [Op['i64.add128'], Op['i64.sub128'], Op['i64.mul_wide_s'], Op['i64.mul_wide_u']] as const;
/** Between two of them: instructions that have flags of their own. */
const others = [Op['i64.add'], Op['i64.sub'], Op['i64.xor'], Op['i64.shl'], Op['i64.mul']] as const;

const PARAMS: readonly ValueType[] = [I64, I64, I64, I64];

export function limbs(m: ModuleBuilder): void {
  if (!m.swarm.features.has('wide-arithmetic')) return plain(m);
  const {rng} = m;
  drawOutside(m);
  drawInside(m, 1);
  const isMulti = m.swarm.features.has('multi-value');
  for (let i = rng.between(2, 4); i > 0; i--) {
    addEntry(m, PARAMS, isMulti ? [I64, I64] : [I64], {instructions: 300, trips: 16}, (b) => chain(b));
  }
}

function chain(b: Body): void {
  const {rng} = b;
  const trips = rng.oneIn(3) ? rng.between(2, 5) : 1;
  const numbers = PARAMS.map((_, index) => index);
  for (let i = rng.between(1, 4); i > 0; i--) numbers.push(b.addLocal(I64));
  const counter = trips > 1 ? openLoop(b, trips) : -1;
  for (let i = rng.between(2, 8); i > 0; i--) step(b, numbers);
  if (counter >= 0) {
    continueLoop(b, counter, 0);
    b.trips /= trips;
    b.close();
  }
  const [accumulator] = numbers.splice(rng.below(numbers.length), 1);
  for (const number of numbers) {
    b.code.get(number);
    b.fold(I64, accumulator!);
  }
  for (const _ of b.results) b.code.get(accumulator!);
}

function step(b: Body, numbers: readonly number[]): void {
  const {code, rng} = b;
  const op = rng.pick(wide);
  for (const _ of SIGNATURE[op]!.operands) operand(b, numbers);
  code.op(op);
  for (let i = 0; i < 2; i++) {
    if (rng.oneIn(8)) code.op(DROP);
    else code.set(rng.pick(numbers));
  }
  if (rng.oneIn(2)) disturb(b, numbers);
}

/** A limb, seldom a constant, or a carry. */
function operand(b: Body, numbers: readonly number[]): void {
  const {code, rng} = b;
  const kind = rng.below(10);
  if (kind < 7) code.get(rng.pick(numbers));
  else if (kind < 9) b.constant(I64);
  else code.get(rng.pick(numbers)).get(rng.pick(numbers)).op(LT_U).op(EXTEND_U);
}

function disturb(b: Body, numbers: readonly number[]): void {
  b.code.get(b.rng.pick(numbers)).get(b.rng.pick(numbers)).op(b.rng.pick(others)).set(b.rng.pick(numbers));
}
