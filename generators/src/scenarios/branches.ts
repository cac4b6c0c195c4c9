/**
 * Odd control flow (shape S16): br_table with only a default, with many labels, with operands; code that cannot be
 * reached before else and end; empty blocks, deep nesting, branches out of several blocks at once.
 */
import {Op} from '#engine/wasm/opcodes.ts';
import {I32, I64, type ValueType} from '#engine/wasm/types.ts';
import {type Body, blockLabel} from '../body.ts';
import {condition, deadCode, rareCondition, switchStatement} from '../control.ts';
import {drawInside, drawOutside} from '../environment.ts';
import {addEntry} from '../func.ts';
import type {ModuleBuilder} from '../module.ts';
import {drawTypeList} from '../types.ts';

const {
  block: BLOCK,
  loop: LOOP,
  if: IF,
  else: ELSE,
  end: END,
  br: BR,
  br_if: BR_IF,
  return: RETURN,
  unreachable: UNREACHABLE,
  nop: NOP,
  'i32.and': AND,
} = Op;

export function branches(m: ModuleBuilder): void {
  const {rng} = m;
  drawOutside(m);
  drawInside(m, rng.below(2));
  for (let i = rng.between(2, 3); i > 0; i--) {
    addEntry(m, drawTypeList(rng, m.swarm.numberTypes, 2, 4), [I64], {instructions: 250, trips: 8}, (b) => {
      const accumulator = b.addReserved(I64);
      for (let k = rng.between(3, 6); k > 0; k--) rng.pick(shapes)(b, accumulator);
      b.code.get(accumulator);
    });
  }
}

type Shape = (b: Body, accumulator: number) => void;

const shapes: readonly Shape[] = [
  onlyDefault,
  tableWithValue,
  deadElse,
  emptyBlocks,
  deepExit,
  (b) => switchStatement(b, 3),
  deadTail,
  rareReturn,
];

/** br_table without labels, with a value. */
function onlyDefault(b: Body, accumulator: number): void {
  const type = b.rng.pick(b.swarm.numberTypes);
  b.open(BLOCK, [], [type], blockLabel([type]));
  b.expression(type, 2);
  b.expression(I32, 1);
  b.code.table([0]);
  deadCode(b);
  b.close();
  b.fold(type, accumulator);
}

/** br_table with a value to labels at several heights, many of them the same. */
function tableWithValue(b: Body, accumulator: number): void {
  const {rng} = b;
  const type = rng.pick(b.swarm.numberTypes);
  const depth = rng.between(1, 4);
  for (let i = 0; i < depth; i++) b.open(BLOCK, [], [type], blockLabel([type]));
  b.expression(type, 2);
  b.expression(I32, 2);
  b.code
    .i32(rng.pick([3, 7, 15]))
    .op(AND)
    .table(Array.from({length: rng.pick([2, 4, 9, 17])}, () => rng.below(depth)));
  for (let i = 0; i < depth; i++) {
    b.close();
    b.fold(type, accumulator);
    if (i < depth - 1) b.expression(type, 1);
  }
}

/** An arm that ends in a branch or a trap that does not happen, then else and end. */
function deadElse(b: Body, accumulator: number): void {
  const type: ValueType = I64;
  b.open(BLOCK, [], [type], blockLabel([type]));
  condition(b, 2);
  b.open(IF, [], [type], blockLabel([type]));
  b.expression(type, 2);
  b.code.index(BR, b.rng.below(2));
  deadCode(b);
  b.code.op(ELSE);
  b.expression(type, 2);
  if (b.rng.oneIn(2)) b.code.index(BR, b.rng.below(2));
  b.close();
  b.close();
  b.fold(type, accumulator);
}

function emptyBlocks(b: Body): void {
  const {code, rng} = b;
  for (let i = rng.between(1, 4); i > 0; i--) {
    if (rng.oneIn(3)) {
      condition(b, 1);
      code.structured(IF, -1);
      if (rng.oneIn(2)) code.op(ELSE);
      code.op(END);
    } else {
      code.structured(rng.oneIn(2) ? BLOCK : LOOP, -1);
      if (rng.oneIn(2)) code.op(NOP);
      code.op(END);
    }
  }
}

/** A branch out of several blocks at once. */
function deepExit(b: Body): void {
  const depth = b.rng.between(2, 6);
  for (let i = 0; i < depth; i++) b.open(BLOCK, [], [], blockLabel([]));
  b.statement(2);
  rareCondition(b, 1);
  b.code.index(BR_IF, depth - 1);
  for (let i = 0; i < depth; i++) {
    if (b.rng.oneIn(3)) b.statement(1);
    b.close();
  }
}

/** unreachable behind a branch that is always taken. */
function deadTail(b: Body): void {
  b.open(BLOCK, [], [], blockLabel([]));
  b.statement(2);
  b.code.index(BR, 0);
  if (b.rng.oneIn(2)) b.code.op(UNREACHABLE);
  deadCode(b);
  b.close();
}

function rareReturn(b: Body, accumulator: number): void {
  rareCondition(b, 2);
  b.open(IF, [], [], blockLabel([]));
  b.code.get(accumulator).op(RETURN);
  deadCode(b);
  b.close();
}
