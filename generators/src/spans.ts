/**
 * Spans of code that can be taken out: every expression that leaves one value and every stretch that leaves the stack as
 * it was, found by one pass over a valid body with a stack of where values were made. Nothing is assumed about who wrote
 * the code; a body with instructions that are not known here has no spans.
 */
import type {Instruction} from '#engine/binary/instructions.ts';
import {SIGNATURE} from '#engine/wasm/columns.ts';
import {
  funcTypeAt,
  functionTypeIndices,
  globalTypes,
  type Module,
  memoryTypes,
  tableTypes,
} from '#engine/wasm/module.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import {
  type AddressType,
  type BlockType,
  BOTTOM,
  FUNCREF,
  type FuncType,
  type HeapType,
  I32,
  I64,
  refType,
  type ValueType,
} from '#engine/wasm/types.ts';

/** Instructions [start, end] (inclusive) that leave a value of `type`, or nothing when it is null. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly type: ValueType | null;
  /** Operands of the last instruction: spans that could stand for the whole. */
  readonly operands: readonly Span[];
}

/** A value on the stack; not `whole`: no span of code makes exactly it. */
interface Entry extends Span {
  readonly type: ValueType;
  readonly whole: boolean;
}

interface Frame {
  readonly start: number;
  readonly height: number;
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly whole: boolean;
  isUnreachable: boolean;
}

/** Index spaces of a module, as bodies see them. */
export interface Context {
  readonly module: Module;
  readonly functions: readonly number[];
  readonly globals: readonly ValueType[];
  readonly tables: readonly ValueType[];
  /** Types of their indices and addresses. */
  readonly tableIndices: readonly ValueType[];
  readonly memories: readonly ValueType[];
}

const indexType = ({address}: {readonly address: AddressType}): ValueType => (address === 'i64' ? I64 : I32);

export function contextOf(module: Module): Context {
  return {
    module,
    functions: functionTypeIndices(module),
    globals: globalTypes(module).map(({type}) => type),
    tables: tableTypes(module).map(({element}) => element),
    tableIndices: tableTypes(module).map(indexType),
    memories: memoryTypes(module).map(indexType),
  };
}

/** The instruction is not known here. */
class UnknownInstruction extends Error {}

/** Irregular instructions whose stack effect is always the same: operands, result. */
// biome-ignore format: a table
const fixed = new Map([
  [Op['br_if'], 1, null], [Op['drop'], 1, null], [Op['local.set'], 1, null], [Op['global.set'], 1, null],
  [Op['ref.is_null'], 1, I32], [Op['ref.func'], 0, FUNCREF], [Op['table.set'], 2, null],
  [Op['memory.fill'], 3, null], [Op['memory.copy'], 3, null], [Op['memory.init'], 3, null], [Op['data.drop'], 0, null],
  [Op['table.fill'], 3, null], [Op['table.copy'], 3, null], [Op['table.init'], 3, null], [Op['elem.drop'], 0, null],
].map(([op, operands, result]) => [op as number, {operands: {length: operands as number}, results: result === null ? [] : [result as ValueType]}]));

class Finder {
  readonly spans: Span[] = [];
  readonly #context: Context;
  readonly #locals: readonly ValueType[];
  readonly #stack: Entry[] = [];
  readonly #frames: Frame[] = [];

  constructor(context: Context, type: FuncType, locals: readonly ValueType[]) {
    this.#context = context;
    this.#locals = locals;
    this.#frames.push({
      start: 0,
      height: 0,
      params: [],
      results: type.results,
      whole: false,
      isUnreachable: false,
    });
  }

  #pop(): Entry {
    const frame = this.#frames.at(-1)!;
    if (this.#stack.length > frame.height) return this.#stack.pop()!;
    return {start: -1, end: -1, type: BOTTOM, operands: [], whole: false};
  }

  #popMany(count: number): Entry[] {
    return Array.from({length: count}, () => this.#pop()).reverse();
  }

  /** An instruction at `at` that takes `operands` and leaves `results`. */
  #node(at: number, operands: readonly Entry[], results: readonly ValueType[], from = at): void {
    const whole = operands.every((operand) => operand.whole) && results.length < 2;
    const start = operands.reduce((least, operand) => Math.min(least, operand.start < 0 ? least : operand.start), from);
    if (whole) this.spans.push({start, end: at, type: results[0] ?? null, operands});
    for (const type of results) this.#stack.push({start, end: at, type, operands, whole});
  }

  #push(types: readonly ValueType[], at: number): void {
    for (const type of types) this.#stack.push({start: at, end: at, type, operands: [], whole: false});
  }

  #open(at: number, block: BlockType, extra: number): void {
    const {params, results} = this.#blockType(block);
    const operands = this.#popMany(params.length + extra);
    const start = operands.reduce((least, operand) => Math.min(least, operand.start < 0 ? least : operand.start), at);
    const whole = operands.every((operand) => operand.whole);
    this.#frames.push({start, height: this.#stack.length, params, results, whole, isUnreachable: false});
    this.#push(params, at);
  }

  #close(at: number): void {
    const frame = this.#frames.pop()!;
    this.#stack.length = frame.height;
    if (this.#frames.length === 0) return;
    const {start, results} = frame;
    const whole = frame.whole && results.length < 2;
    if (whole) this.spans.push({start, end: at, type: results[0] ?? null, operands: []});
    for (const type of results) this.#stack.push({start, end: at, type, operands: [], whole});
  }

  #stop(): void {
    const frame = this.#frames.at(-1)!;
    frame.isUnreachable = true;
    this.#stack.length = frame.height;
  }

  #blockType(block: BlockType): {params: readonly ValueType[]; results: readonly ValueType[]} {
    switch (block.kind) {
      case 'empty':
        return {params: [], results: []};
      case 'value':
        return {params: [], results: [block.type]};
      default:
        return funcTypeAt(this.#context.module, block.index);
    }
  }

  /** One instruction. */
  step(at: number, {op, values}: Instruction): void {
    const signature = SIGNATURE[op] ?? fixed.get(op);
    if (signature !== undefined) return this.#node(at, this.#popMany(signature.operands.length), signature.results);
    const index = values[0] as number;
    const {globals, tables, tableIndices, memories, functions, module} = this.#context;
    switch (op) {
      case Op.block:
        return this.#open(at, values[0] as BlockType, 0);
      case Op.loop:
        return this.#open(at, values[0] as BlockType, 0);
      case Op.if:
        return this.#open(at, values[0] as BlockType, 1);
      case Op.else:
        return this.#else(at);
      case Op.end:
        return this.#close(at);
      case Op.br:
      case Op.return:
      case Op.unreachable:
      case Op.br_table:
      case Op.return_call:
      case Op.return_call_indirect:
        return this.#stop();
      case Op.call:
        return this.#call(at, funcTypeAt(module, functions[index]!), 0);
      case Op.call_indirect:
        return this.#call(at, funcTypeAt(module, index), 1);
      case Op.select:
      case Op.select_t:
        return this.#select(at);
      case Op['local.get']:
        return this.#node(at, [], [this.#locals[index]!]);
      case Op['local.tee']:
        return this.#node(at, this.#popMany(1), [this.#locals[index]!]);
      case Op['global.get']:
        return this.#node(at, [], [globals[index]!]);
      case Op['ref.null']:
        return this.#node(at, [], [refType(values[0] as HeapType, true)]);
      case Op['memory.size']:
        return this.#node(at, [], [memories[index]!]);
      case Op['memory.grow']:
        return this.#node(at, this.#popMany(1), [memories[index]!]);
      case Op['table.size']:
        return this.#node(at, [], [tableIndices[index]!]);
      case Op['table.grow']:
        return this.#node(at, this.#popMany(2), [tableIndices[index]!]);
      case Op['table.get']:
        return this.#node(at, this.#popMany(1), [tables[index]!]);
      default:
        throw new UnknownInstruction();
    }
  }

  #else(at: number): void {
    const frame = this.#frames.at(-1)!;
    this.#stack.length = frame.height;
    frame.isUnreachable = false;
    this.#push(frame.params, at);
  }

  #call(at: number, {params, results}: FuncType, extra: number): void {
    this.#node(at, this.#popMany(params.length + extra), results);
  }

  #select(at: number): void {
    const operands = this.#popMany(3);
    const type = operands[0]!.type === BOTTOM ? operands[1]!.type : operands[0]!.type;
    if (type === BOTTOM) this.#push([BOTTOM], at);
    else this.#node(at, operands, [type]);
  }
}

/** The spans of a body (its instructions without the last `end`), the longest first. */
export function findSpans(
  context: Context,
  type: FuncType,
  locals: readonly ValueType[],
  list: readonly Instruction[],
): Span[] {
  const finder = new Finder(context, type, locals);
  try {
    for (const [at, item] of list.entries()) finder.step(at, item);
  } catch (error) {
    if (error instanceof UnknownInstruction) return [];
    throw error;
  }
  return finder.spans.sort((a, b) => b.end - b.start - (a.end - a.start));
}
