/**
 * Loops (shape S13, small): some thousand iterations with accumulators of mixed types, counted up or down in i32, i64 or
 * f64, with memory and nested loops, so that engines change tier or hoist code out of them.
 */
import {Op} from '#engine/wasm/opcodes.ts';
import {F64, I32, I64, type ValueType} from '#engine/wasm/types.ts';
import type {Body} from '../body.ts';
import {drawInside, drawOutside} from '../environment.ts';
import {addEntry} from '../func.ts';
import type {ModuleBuilder} from '../module.ts';
import {drawTypeList} from '../types.ts';

const {
  loop: LOOP,
  br_if: BR_IF,
  'i32.add': ADD,
  'i32.sub': SUB,
  'i32.lt_u': LT_U,
  'i64.add': ADD64,
  'i64.ne': NE64,
  'f64.add': ADDF,
  'f64.lt': LTF,
} = Op;

export function loops(m: ModuleBuilder): void {
  const {rng} = m;
  drawOutside(m);
  drawInside(m, rng.below(2));
  for (let i = rng.between(1, 2); i > 0; i--) {
    addEntry(m, drawTypeList(rng, m.swarm.numberTypes, 2, 4), [I64], {instructions: 200, trips: 1}, (b) => {
      const accumulator = b.addReserved(I64);
      b.callsAllowed = false;
      hotLoop(b, accumulator, rng.pick([20, 100, 100, 1000]));
      if (rng.oneIn(2)) hotLoop(b, accumulator, rng.pick([2, 17, 100]));
      b.code.get(accumulator);
    });
  }
}

/** A loop around a few statements; half of the time around a second, short loop. */
function hotLoop(b: Body, accumulator: number, trips: number): void {
  const {rng} = b;
  const end = rng.pick(counters)(b, trips);
  b.statements(rng.between(1, 2), 2);
  const type = rng.pick(b.swarm.numberTypes);
  b.expression(type, 3);
  b.fold(type, accumulator);
  if (rng.oneIn(3)) {
    const inner = rng.pick(counters)(b, rng.between(2, 4));
    b.statement(2);
    inner();
  }
  end();
}

/** Each opens a loop and gives what ends it. */
const counters: readonly ((b: Body, trips: number) => () => void)[] = [countDown, countUp, countLong, countFloat];

function opened(b: Body, type: ValueType): number {
  const local = b.addReserved(type);
  if (type === I32) b.readable[0]!.push(local);
  return local;
}

function openHot(b: Body): void {
  b.open(LOOP, [], [], {types: [], counter: -1, isLoop: true});
}

function countDown(b: Body, trips: number): () => void {
  const local = opened(b, I32);
  b.code.i32(trips).set(local);
  openHot(b);
  return () => back(b, () => b.code.get(local).i32(1).op(SUB).tee(local));
}

function countUp(b: Body, trips: number): () => void {
  const local = opened(b, I32);
  b.code.i32(0).set(local);
  openHot(b);
  return () => back(b, () => b.code.get(local).i32(1).op(ADD).tee(local).i32(trips).op(LT_U));
}

function countLong(b: Body, trips: number): () => void {
  const local = opened(b, I64);
  b.code.i64(-trips, -1).set(local);
  openHot(b);
  return () => back(b, () => b.code.get(local).i64(1, 0).op(ADD64).tee(local).i64(0, 0).op(NE64));
}

const words = new Int32Array(4);
const float = new Float64Array(words.buffer);

function countFloat(b: Body, trips: number): () => void {
  const local = opened(b, F64);
  b.code.constant(F64, words.fill(0)).set(local);
  openHot(b);
  return () =>
    back(b, () => {
      float[0] = 0.5;
      b.code.get(local).constant(F64, words).op(ADDF).tee(local);
      float[0] = trips / 2;
      b.code.constant(F64, words).op(LTF);
    });
}

/** The branch back, and the end of the loop. */
function back(b: Body, again: () => void): void {
  again();
  b.code.index(BR_IF, 0);
  b.close();
}
