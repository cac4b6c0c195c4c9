/**
 * Smaller bodies. Spans of code are taken out or replaced by an operand, a constant or a null; blocks are opened up, arms
 * of `if`, clauses of `try_table` and labels of `br_table` dropped, unused locals forgotten. Candidates may be invalid:
 * shrink.ts keeps the valid ones.
 */
import {
  type Cast,
  type CatchClause,
  type ImmediateValue,
  type Instruction,
  immediatesOf,
  instruction,
} from '#engine/binary/instructions.ts';
import type {Immediate} from '#engine/wasm/immediates.ts';
import type {LocalGroup, Module} from '#engine/wasm/module.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import {
  F32,
  F64,
  Heap,
  type HeapType,
  heapOf,
  I32,
  I64,
  isConcrete,
  isNullable,
  isRef,
  type ValueType,
} from '#engine/wasm/types.ts';
import {renumbered} from './renumber.ts';
import type {Span} from './spans.ts';

const {block: BLOCK, loop: LOOP, if: IF, else: ELSE, end: END, try_table: TRY_TABLE, br_table: BR_TABLE} = Op;
const openers = new Set<number>([BLOCK, LOOP, IF, TRY_TABLE]);

type Code = readonly Instruction[];

/** Code that makes a value of the type, the shortest first; none for a reference that only other code can make. */
export function valuesOf(type: ValueType, module: Module): Code[] {
  switch (type) {
    case I32:
      return [[instruction('i32.const', 0)]];
    case I64:
      return [[instruction('i64.const', 0n)]];
    case F32:
      return [[instruction('f32.const', 0)]];
    case F64:
      return [[instruction('f64.const', 0n)]];
    default:
      if (isRef(type)) return referencesOf(type, module);
      return [[instruction('v128.const', new Uint8Array(16))]];
  }
}

function referencesOf(type: ValueType, module: Module): Code[] {
  const nothing = instruction('ref.null', heapOf(type));
  if (isNullable(type)) return [[nothing]];
  // A null may do for who takes it, else the least object.
  return [[nothing], ...objectsOf(heapOf(type), module), [nothing, instruction('ref.as_non_null')]];
}

function objectsOf(heap: HeapType, module: Module): Code[] {
  if (heap === Heap.i31) return [[instruction('i32.const', 0), instruction('ref.i31')]];
  if (!isConcrete(heap)) return [];
  switch (module.types[heap]!.composite.kind) {
    case 'struct':
      return [[instruction('struct.new_default', heap)]];
    case 'array':
      return [[instruction('array.new_fixed', heap, 0)]];
    default:
      return [];
  }
}

/** The code without each span, or with less in its place. */
export function* withoutSpans(module: Module, list: Code, spans: readonly Span[]): IterableIterator<Code> {
  for (const span of spans) {
    for (const replacement of replacements(module, list, span)) {
      yield [...list.slice(0, span.start), ...replacement, ...list.slice(span.end + 1)];
    }
  }
}

/** What can stand for a span: nothing, constants, an operand. */
function* replacements(module: Module, list: Code, {types, operands}: Span): IterableIterator<Code> {
  const [type] = types;
  if (types.length !== 1 || type === undefined) {
    const constants = types.map((each) => valuesOf(each, module)[0]!);
    yield constants.flat();
    return;
  }
  yield* valuesOf(type, module);
  for (const operand of operands) {
    const mayStand = operand.types[0] === type || (isRef(type) && isRef(operand.types[0]!));
    if (mayStand) yield list.slice(operand.start, operand.end + 1);
  }
}

/** The matching `else` (or -1) and `end` of the block at `at`. */
function arms(list: Code, at: number): {middle: number; last: number} {
  let depth = 0,
    middle = -1;
  for (let i = at; i < list.length; i++) {
    const {op} = list[i]!;
    if (openers.has(op)) depth++;
    else if (op === ELSE && depth === 1) middle = i;
    else if (op === END && --depth === 0) return {middle, last: i};
  }
  return {middle, last: list.length};
}

/** The code with the structure around code made simpler, once for each place. */
export function* withLessStructure(list: Code): IterableIterator<Code> {
  for (const [at, {op, values}] of list.entries()) {
    if (op === IF) yield* oneArm(list, at);
    else if (op === TRY_TABLE) yield* fewerClauses(list, at, values[1] as readonly CatchClause[]);
    else if (op === BR_TABLE) yield* fewerLabels(list, at, values[0] as readonly number[]);
    if (openers.has(op) && op !== IF) yield* opened(list, at);
  }
}

/** One arm of an if, in a block. */
function* oneArm(list: Code, at: number): IterableIterator<Code> {
  const {middle, last} = arms(list, at);
  const block = [instruction('drop'), {...list[at]!, op: BLOCK}];
  const before = list.slice(0, at);
  if (middle >= 0) {
    yield [...before, ...block, ...list.slice(at + 1, middle), ...list.slice(last)];
    yield [...before, list[at]!, ...list.slice(at + 1, middle), ...list.slice(last)];
  }
  yield [...before, ...block, ...list.slice((middle < 0 ? at : middle) + 1)];
}

function* fewerClauses(list: Code, at: number, clauses: readonly CatchClause[]): IterableIterator<Code> {
  const [type] = list[at]!.values;
  for (const k of clauses.keys()) {
    yield list.with(at, {op: TRY_TABLE, values: [type!, clauses.toSpliced(k, 1)]});
  }
}

function* fewerLabels(list: Code, at: number, labels: readonly number[]): IterableIterator<Code> {
  for (const k of labels.keys()) {
    if (labels.length > 1) yield list.with(at, {op: BR_TABLE, values: [labels.toSpliced(k, 1)]});
  }
}

/** What stands in a block, without it; not when something branches to it. */
function* opened(list: Code, at: number): IterableIterator<Code> {
  const {last} = arms(list, at);
  let depth = 0,
    isTarget = false;
  const inner = list.slice(at + 1, last).map((item) => {
    const around = depth;
    if (openers.has(item.op)) depth++;
    else if (item.op === END) depth--;
    return relabelled(item, (label) => {
      isTarget ||= label === around;
      return label > around ? label - 1 : label;
    });
  });
  if (!isTarget) yield [...list.slice(0, at), ...inner, ...list.slice(last + 1)];
}

/** The instruction with its labels, which count from the frame it stands in, renamed. */
function relabelled({op, values}: Instruction, to: (label: number) => number): Instruction {
  const renamed = (kind: Immediate, value: ImmediateValue): ImmediateValue => {
    switch (kind) {
      case 'label':
        return to(value as number);
      case 'label_table':
        return (value as readonly number[]).map(to);
      case 'cast':
        return {...(value as Cast), label: to((value as Cast).label)};
      case 'catches':
        return (value as readonly CatchClause[]).map((clause) => ({...clause, label: to(clause.label)}));
      default:
        return value;
    }
  };
  return {op, values: immediatesOf(op).map((kind, i) => renamed(kind, values[i]!))};
}

/** The locals that code names and the code with their new numbers; null when all are named. */
export function withoutUnusedLocals(
  list: Code,
  params: number,
  types: readonly ValueType[],
): {locals: LocalGroup[]; list: Code} | null {
  const used = new Set<number>(types.slice(0, params).keys());
  const visit = (space: string, index: number): number => {
    if (space === 'local') used.add(index);
    return index;
  };
  for (const item of list) renumbered(item, visit);
  if (used.size === types.length) return null;
  const order = [...used].sort((a, b) => a - b);
  const places = new Map(order.map((old, k) => [old, k]));
  const locals = order.slice(params).map((old): LocalGroup => ({count: 1, type: types[old]!}));
  return {
    locals: grouped(locals),
    list: list.map((item) => renumbered(item, (space, index) => (space === 'local' ? places.get(index)! : index))),
  };
}

function grouped(list: readonly LocalGroup[]): LocalGroup[] {
  const groups: LocalGroup[] = [];
  for (const {count, type} of list) {
    const last = groups.at(-1);
    if (last?.type === type) groups[groups.length - 1] = {count: last.count + count, type};
    else groups.push({count, type});
  }
  return groups;
}
