/**
 * Permuted multi-value control (shape S7): block, loop and if parameters, br, br_if and br_table operands, calls and
 * returns whose values are a permutation, with duplicates, of what came in, and extra values below that a branch drops.
 */
import {Op} from '#engine/wasm/opcodes.ts';
import {I32, I64, type ValueType} from '#engine/wasm/types.ts';
import {type Body, blockLabel} from '../body.ts';
import {condition, continueLoop, openLoop, rareCondition} from '../control.ts';
import {drawInside, drawOutside} from '../environment.ts';
import {addEntry, openBody} from '../func.ts';
import type {FunctionPlan, ModuleBuilder} from '../module.ts';
import {drawTypeList} from '../types.ts';
import {plain} from './plain.ts';

const {block: BLOCK, if: IF, else: ELSE, br: BR, br_if: BR_IF, return: RETURN, call: CALL, 'i32.and': AND} = Op;

type Shape = (b: Body, slots: readonly Slot[]) => void;

/** A value that is permuted: its type and its local. */
interface Slot {
  readonly type: ValueType;
  readonly local: number;
}

export function permutations(m: ModuleBuilder): void {
  if (!m.swarm.features.has('multi-value')) return plain(m);
  const {rng} = m;
  drawOutside(m);
  drawInside(m, rng.below(2));
  for (let i = rng.between(2, 3); i > 0; i--) {
    // Few types, so that values can change places.
    const pool = drawTypeList(rng, m.swarm.numberTypes, 1, 2);
    const types = drawTypeList(rng, pool, 2, 6);
    const permuter = definePermuter(m, types);
    addEntry(m, types, [...types, I64], {instructions: 300, trips: 32}, (b) => {
      const slots = types.map((type, local) => ({type, local}));
      const list: Shape[] = [
        throughBlock,
        throughLoop,
        throughIf,
        throughTable,
        swap,
        (body, s) => throughCall(body, s, permuter),
      ];
      for (let k = rng.between(2, 4); k > 0; k--) rng.pick(list)(b, slots);
      finish(b, slots);
    });
  }
}

/** Pushes, for every slot, a slot of the same type: a permutation or, sometimes, with duplicates. */
function pushPermuted(b: Body, slots: readonly Slot[]): void {
  const sources = permuted(b, slots);
  for (const {local} of sources) b.code.get(local);
}

function permuted(b: Body, slots: readonly Slot[]): Slot[] {
  const {rng} = b;
  if (rng.oneIn(3)) return slots.map(({type}) => rng.pick(slots.filter((slot) => slot.type === type)));
  const order = rng.shuffle([...slots]);
  return slots.map(
    ({type}) =>
      order.splice(
        order.findIndex((slot) => slot.type === type),
        1,
      )[0]!,
  );
}

/** Takes the values on the stack back into the slots. */
function pop(b: Body, slots: readonly Slot[]): void {
  for (const {local} of slots.toReversed()) b.code.set(local);
}

const typesOf = (slots: readonly Slot[]): ValueType[] => slots.map(({type}) => type);

/** Values under the operands of a branch, which drops them. */
function pushExtra(b: Body): ValueType[] {
  const types = drawTypeList(b.rng, b.swarm.numberTypes, 0, 3);
  for (const type of types) b.leaf(type);
  return types;
}

function throughBlock(b: Body, slots: readonly Slot[]): void {
  const types = typesOf(slots);
  const isEntered = b.rng.oneIn(2);
  if (isEntered) pushPermuted(b, slots);
  b.open(BLOCK, isEntered ? types : [], types, blockLabel(types));
  if (isEntered) pop(b, slots);
  const extra = pushExtra(b);
  pushPermuted(b, slots);
  if (b.rng.oneIn(2)) {
    rareCondition(b, 2);
    b.code.index(BR_IF, 0);
    pop(b, slots);
    for (const type of extra.toReversed()) b.sink(type);
    pushPermuted(b, slots);
  } else b.code.index(BR, 0);
  b.close();
  pop(b, slots);
}

function throughLoop(b: Body, slots: readonly Slot[]): void {
  const types = typesOf(slots);
  const trips = b.rng.between(2, 6);
  pushPermuted(b, slots);
  const counter = openLoop(b, trips, types, types);
  if (b.rng.oneIn(2)) {
    pop(b, slots);
    if (b.rng.oneIn(2)) b.statement(1);
    pushPermuted(b, slots);
  }
  continueLoop(b, counter, 0);
  b.trips /= trips;
  b.close();
  pop(b, slots);
}

function throughIf(b: Body, slots: readonly Slot[]): void {
  const types = typesOf(slots);
  pushPermuted(b, slots);
  condition(b, 1);
  b.open(IF, types, types, blockLabel(types));
  if (b.rng.oneIn(2)) {
    pop(b, slots);
    pushPermuted(b, slots);
  }
  b.code.op(ELSE);
  pop(b, slots);
  pushPermuted(b, slots);
  b.close();
  pop(b, slots);
}

/** br_table to labels of the same types at different heights. */
function throughTable(b: Body, slots: readonly Slot[]): void {
  const types = typesOf(slots);
  const depth = b.rng.between(1, 3);
  const below: ValueType[][] = [];
  for (let i = 0; i < depth; i++) {
    below.push(pushExtra(b));
    b.open(BLOCK, [], types, blockLabel(types));
  }
  pushExtra(b);
  pushPermuted(b, slots);
  b.expression(I32, 1);
  b.code
    .i32(3)
    .op(AND)
    .table(Array.from({length: b.rng.between(1, 4)}, () => b.rng.below(depth)));
  for (let i = 0; i < depth; i++) {
    b.close();
    pop(b, slots);
    for (const type of below.pop()!.toReversed()) b.sink(type);
    if (i < depth - 1) pushPermuted(b, slots);
  }
}

/** local.get of all, local.set of all in another order. */
function swap(b: Body, slots: readonly Slot[]): void {
  pushPermuted(b, slots);
  pop(b, slots);
}

/** A helper that returns its parameters in another order. */
function definePermuter(m: ModuleBuilder, types: readonly ValueType[]): FunctionPlan {
  const plan = m.plan(types, types);
  const b = openBody(m, plan, {instructions: 60, trips: 1});
  const slots = types.map((type, local) => ({type, local}));
  b.takeFuel();
  pushExtra(b);
  pushPermuted(b, slots);
  b.code.op(RETURN);
  m.define(plan, b.finish());
  return plan;
}

function throughCall(b: Body, slots: readonly Slot[], permuter: FunctionPlan): void {
  pushPermuted(b, slots);
  b.code.index(CALL, permuter.index);
  pop(b, slots);
}

/** All slots, and the sum of their bits. */
function finish(b: Body, slots: readonly Slot[]): void {
  const accumulator = b.addReserved(I64);
  for (const {type, local} of slots) {
    b.code.get(local);
    b.fold(type, accumulator);
  }
  pushPermuted(b, slots);
  b.code.get(accumulator);
}
