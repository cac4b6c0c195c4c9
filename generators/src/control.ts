/**
 * Structured control: blocks, ifs, counted loops, br_table over nested blocks, early exits. Loops count a local down that
 * nothing else writes, also where a branch continues them, so that they end; their trip counts are bounded by a product.
 * Arms are small and exits rare, so that most of the code runs.
 */
import {Op} from '#engine/wasm/opcodes.ts';
import {I32, type ValueType} from '#engine/wasm/types.ts';
import {type Body, blockLabel} from './body.ts';
import {typeSlot} from './instruction.ts';

const {
  block: BLOCK,
  loop: LOOP,
  if: IF,
  else: ELSE,
  br: BR,
  br_if: BR_IF,
  return: RETURN,
  'i32.sub': SUB,
  'i32.gt_s': GT_S,
  'i32.and': AND,
  'i32.eq': EQ,
  unreachable: UNREACHABLE,
  drop: DROP,
  nop: NOP,
} = Op;

/** A condition: any i32. */
export function condition(b: Body, depth: number): void {
  b.expression(I32, depth);
}

/** A condition that is false most of the time: some low bits of a value are one number. */
export function rareCondition(b: Body, depth: number): void {
  const mask = b.rng.pick([7, 15, 31]);
  b.expression(I32, depth);
  b.code.i32(mask).op(AND).i32(b.rng.between(1, mask)).op(EQ);
}

/** `block (result t) ... br_if ... end`. */
export function blockValue(b: Body, type: ValueType, depth: number): void {
  b.open(BLOCK, [], [type], blockLabel([type]));
  b.statements(b.rng.below(3), depth - 1);
  b.expression(type, depth - 1);
  if (b.rng.oneIn(2)) {
    rareCondition(b, depth - 2);
    b.code.index(BR_IF, 0);
    if (b.rng.oneIn(2)) {
      b.dispose(type);
      b.expression(type, depth - 2);
    }
  }
  b.close();
}

/** `if (result t) ... else ... end`. */
export function ifValue(b: Body, type: ValueType, depth: number): void {
  condition(b, depth - 1);
  b.open(IF, [], [type], blockLabel([type]));
  b.expression(type, Math.min(depth - 1, 2));
  b.code.op(ELSE);
  b.expression(type, Math.min(depth - 1, 2));
  b.close();
}

/** Trip count of a loop here, 0 when there is no room for one. */
export function drawTrips(b: Body): number {
  const room = Math.floor(b.limits.trips / b.trips);
  return room < 2 ? 0 : b.rng.between(2, Math.min(room, 8));
}

/** Opens a counted loop; returns its counter. Ends with `closeLoop`. */
export function openLoop(
  b: Body,
  trips: number,
  params: readonly ValueType[] = [],
  results: readonly ValueType[] = [],
): number {
  const counter = b.addReserved(I32);
  b.code.i32(trips).set(counter);
  b.readable[typeSlot(I32)]!.push(counter);
  b.open(LOOP, params, results, {types: params, counter, isLoop: true});
  b.trips *= trips;
  return counter;
}

/** Counts down and branches to the loop while the counter is positive. The label's operands stand on the stack. */
export function continueLoop(b: Body, counter: number, label: number): void {
  b.code.get(counter).i32(1).op(SUB).tee(counter).i32(0).op(GT_S).index(BR_IF, label);
}

/** The statements of a loop that takes nothing, and its way back. */
export function loopBody(b: Body, trips: number, counter: number, depth: number): void {
  b.statements(b.rng.between(1, 3), depth - 1);
  continueLoop(b, counter, 0);
  b.trips /= trips;
}

export function loopValue(b: Body, type: ValueType, depth: number): boolean {
  const trips = drawTrips(b);
  if (trips === 0) return false;
  const counter = openLoop(b, trips, [], [type]);
  loopBody(b, trips, counter, depth);
  b.expression(type, depth - 1);
  b.close();
  return true;
}

export function loopStatement(b: Body, depth: number): boolean {
  const trips = drawTrips(b);
  if (trips === 0) return false;
  const counter = openLoop(b, trips);
  loopBody(b, trips, counter, depth);
  b.close();
  return true;
}

export function blockStatement(b: Body, depth: number): void {
  b.open(BLOCK, [], [], blockLabel([]));
  b.statements(b.rng.between(1, 2), depth - 1);
  rareCondition(b, depth - 1);
  b.code.index(BR_IF, 0);
  b.statements(b.rng.between(1, 2), depth - 1);
  b.close();
}

export function ifStatement(b: Body, depth: number): void {
  condition(b, depth - 1);
  b.open(IF, [], [], blockLabel([]));
  b.statement(Math.min(depth - 1, 2));
  if (b.rng.oneIn(3)) {
    b.code.op(ELSE);
    b.statement(Math.min(depth - 1, 2));
  }
  b.close();
}

/** br_table over nested blocks; most cases fall into the next one, so that more of them run. */
export function switchStatement(b: Body, depth: number): void {
  const {code, rng} = b;
  const cases = rng.between(1, 4);
  for (let i = 0; i <= cases; i++) b.open(BLOCK, [], [], blockLabel([]));
  b.expression(I32, depth - 1);
  if (rng.oneIn(2)) code.i32(rng.pick([1, 3, 7])).op(AND);
  code.table(Array.from({length: rng.below(cases + 3) + 1}, () => rng.below(cases + 1)));
  b.close();
  for (let i = cases - 1; i >= 0; i--) {
    b.statement(Math.min(depth - 1, 2));
    if (rng.oneIn(4)) code.index(BR, i);
    b.close();
  }
}

/** A branch outwards: br_if to a label in scope, or return under a rare condition. */
export function branchStatement(b: Body, depth: number): boolean {
  const {labels, rng} = b;
  if (labels.length === 0) return returnStatement(b, depth);
  const index = rng.below(labels.length);
  const label = labels[labels.length - 1 - index]!;
  if (label.isLoop) {
    if (label.types.length > 0 || label.counter < 0) return false;
    continueLoop(b, label.counter, index);
    return true;
  }
  for (const type of label.types) b.expression(type, Math.min(depth - 1, 2));
  rareCondition(b, depth - 1);
  b.code.index(BR_IF, index);
  for (const type of label.types.toReversed()) b.dispose(type);
  return true;
}

function returnStatement(b: Body, depth: number): boolean {
  rareCondition(b, depth - 1);
  b.open(IF, [], [], blockLabel([]));
  for (const type of b.results) b.leaf(type);
  b.code.op(RETURN);
  deadCode(b);
  b.close();
  return true;
}

/** A little code that cannot be reached: the stack is polymorphic there. */
export function deadCode(b: Body): void {
  if (!b.rng.oneIn(3)) return;
  const {code, rng} = b;
  switch (rng.below(4)) {
    case 0:
      code.op(UNREACHABLE);
      return;
    case 1:
      code.op(DROP).op(NOP);
      return;
    case 2:
      code.op(SUB).op(DROP);
      return;
    default:
      code.i32(rng.next()).op(DROP);
  }
}

/** A trap that a rare condition asks for; only in cases that may trap. */
export function trapStatement(b: Body, depth: number): void {
  rareCondition(b, depth - 1);
  b.open(IF, [], [], blockLabel([]));
  b.code.op(UNREACHABLE);
  b.close();
}
