/**
 * A function body while it is made: code, locals by type, labels, and budgets. What can stand in a body is the grammar
 * (expression.ts, statement.ts); productions ask the body for operands, so that they do not import each other.
 */
import {Op} from '#engine/wasm/opcodes.ts';
import {heapOf, I32, isRef, V128, type ValueType} from '#engine/wasm/types.ts';
import type {Code} from './code.ts';
import {hasSlot, typeSlot, valueTypes} from './instruction.ts';
import {FUEL, type FunctionCode, localGroups, type ModuleBuilder} from './module.ts';
import type {Rng} from './random.ts';
import {poolValue, type Swarm} from './swarm.ts';
import {drawValue} from './values.ts';

/** A label in scope: what a branch to it takes, and the counter that a branch to a loop must count down. */
export interface Label {
  readonly types: readonly ValueType[];
  /** Counter local of a loop, -1: no loop, or one that must not be continued. */
  readonly counter: number;
  readonly isLoop: boolean;
}

/** How expressions and statements are made. `nan`: the consumer takes any NaN of the class. */
export interface Grammar {
  expression(b: Body, type: ValueType, depth: number, nan: boolean): void;
  statement(b: Body, depth: number): void;
}

/** Budgets of a body. */
export interface BodyLimits {
  /** Instructions after which only leaves are made. */
  readonly instructions: number;
  /** Product of the trip counts of nested loops. */
  readonly trips: number;
}

const words = new Int32Array(4);
const {end: END, drop: DROP, 'i32.xor': I32_XOR, 'i32.add': I32_ADD, 'i64.xor': I64_XOR, 'i64.add': I64_ADD} = Op;
const {
  'i32.reinterpret_f32': I32_OF_F32,
  'i64.reinterpret_f64': I64_OF_F64,
  'v128.xor': V128_XOR,
  'i32x4.add': I32X4_ADD,
  'ref.is_null': IS_NULL,
} = Op;
const {'i64.extend_i32_u': EXTEND_U, 'i64.rotl': ROTL, 'i64x2.extract_lane': EXTRACT} = Op;
const {
  'f32.reinterpret_i32': F32_OF_I32,
  'f64.reinterpret_i64': F64_OF_I64,
  if: IF,
  return: RETURN,
  'i32.eqz': EQZ,
  'i32.sub': I32_SUB,
} = Op;

export class Body {
  readonly m: ModuleBuilder;
  readonly rng: Rng;
  readonly swarm: Swarm;
  readonly code: Code;
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly limits: BodyLimits;
  readonly locals: ValueType[];
  /** Locals by type slot; the counters of loops can be read but not written. */
  readonly readable: number[][] = valueTypes.map(() => []);
  readonly writable: number[][] = valueTypes.map(() => []);
  /** Locals that hold references to defined types, by type. */
  readonly references = new Map<ValueType, readonly number[]>();
  readonly labels: Label[] = [];
  /** Product of the trip counts around the present place. */
  trips = 1;
  /** Helpers may be called here. */
  callsAllowed = true;
  readonly #grammar: Grammar;
  readonly #scratch: number[] = valueTypes.map(() => -1);

  constructor(
    m: ModuleBuilder,
    grammar: Grammar,
    params: readonly ValueType[],
    results: readonly ValueType[],
    limits: BodyLimits,
  ) {
    this.m = m;
    this.rng = m.rng;
    this.swarm = m.swarm;
    this.code = m.code;
    this.#grammar = grammar;
    this.params = params;
    this.results = results;
    this.limits = limits;
    this.locals = [];
    this.code.clear();
    for (const type of params) this.addLocal(type);
  }

  get exhausted(): boolean {
    return this.code.count >= this.limits.instructions;
  }

  /** A new local that may be read and written. */
  addLocal(type: ValueType): number {
    const index = this.addReserved(type);
    if (!hasSlot(type)) {
      this.references.set(type, [...(this.references.get(type) ?? []), index]);
      return index;
    }
    this.readable[typeSlot(type)]!.push(index);
    this.writable[typeSlot(type)]!.push(index);
    return index;
  }

  /** A new local that only its owner uses. */
  addReserved(type: ValueType): number {
    return this.locals.push(type) - 1;
  }

  /** The local for sequences in which nothing else is made between writing and reading it. */
  scratch(type: ValueType): number {
    const slot = typeSlot(type);
    if (this.#scratch[slot]! < 0) this.#scratch[slot] = this.addReserved(type);
    return this.#scratch[slot]!;
  }

  /** Code that leaves one value. `nan`: the consumer takes any NaN of the class, so it need not be canonical. */
  expression(type: ValueType, depth: number, nan = false): void {
    this.#grammar.expression(this, type, depth, nan);
  }

  /** Code that leaves the stack as it is. */
  statement(depth: number): void {
    this.#grammar.statement(this, depth);
  }

  statements(count: number, depth: number): void {
    for (let i = 0; i < count && !this.exhausted; i++) this.statement(depth);
  }

  /** A value that costs one instruction. */
  leaf(type: ValueType): void {
    const {rng} = this;
    const locals = this.readable[typeSlot(type)]!;
    const globals = this.m.globalsOf[typeSlot(type)]!;
    const kind = rng.below(16);
    if (locals.length > 0 && kind < 9) this.code.get(rng.pick(locals));
    else if (globals.length > 0 && kind < 11) this.code.globalGet(rng.pick(globals));
    else this.constant(type);
  }

  /** A constant: of the pool half of the time, else an edge, a small number, or anything. */
  constant(type: ValueType): void {
    if (isRef(type)) {
      this.code.refNull(heapOf(type));
      return;
    }
    if (this.rng.oneIn(2)) poolValue(this.swarm, this.rng, type, words);
    else drawValue(this.rng, type, words);
    this.code.constant(type, words);
  }

  /** Takes the value on the stack where it can be observed: folded into the sink of its type. */
  sink(type: ValueType): void {
    const {code, m} = this;
    if (isRef(type)) {
      code.op(IS_NULL);
      this.sink(I32);
      return;
    }
    const global = m.sinkOf(type);
    this.#mix(type, () => code.globalGet(global));
    code.globalSet(global);
  }

  /** Writes the value on the stack to a local; most of the time mixed with what it held, so that neither is lost. */
  put(type: ValueType, local: number): void {
    if (!isRef(type) && !this.rng.oneIn(4)) this.#mix(type, () => this.code.get(local));
    this.code.set(local);
  }

  /** The same for a global. */
  putGlobal(type: ValueType, global: number): void {
    if (!isRef(type) && !this.rng.oneIn(4)) this.#mix(type, () => this.code.globalGet(global));
    this.code.globalSet(global);
  }

  /** Mixes the value on the stack with another one of its type, so that a change of either changes the result. */
  #mix(type: ValueType, other: () => unknown): void {
    const {code} = this;
    switch (typeSlot(type)) {
      case 0:
        other();
        code.op(this.rng.oneIn(2) ? I32_XOR : I32_ADD);
        break;
      case 1:
        other();
        code.op(this.rng.oneIn(2) ? I64_XOR : I64_ADD);
        break;
      case 2:
        code.op(I32_OF_F32);
        other();
        code.op(I32_OF_F32).op(I32_ADD).op(F32_OF_I32);
        break;
      case 3:
        code.op(I64_OF_F64);
        other();
        code.op(I64_OF_F64).op(I64_ADD).op(F64_OF_I64);
        break;
      default:
        other();
        code.op(this.rng.oneIn(2) ? V128_XOR : I32X4_ADD);
    }
  }

  /** Takes the value on the stack anywhere: into a local, a global, a sink, or nowhere. */
  dispose(type: ValueType): void {
    const {rng, code} = this;
    const locals = this.writable[typeSlot(type)]!;
    const globals = this.m.mutableGlobals[typeSlot(type)]!;
    const kind = rng.below(16);
    if (kind === 0) code.op(DROP);
    else if (kind < 7 && locals.length > 0) this.put(type, rng.pick(locals));
    else if (kind < 9 && globals.length > 0) this.putGlobal(type, rng.pick(globals));
    else this.sink(type);
  }

  /** Folds the value on the stack, all its bits, into an i64 local. NaNs must be canonical. */
  fold(type: ValueType, accumulator: number): void {
    const {code} = this;
    if (isRef(type)) code.op(IS_NULL);
    switch (typeSlot(type)) {
      case 1:
        break;
      case 2:
        code.op(I32_OF_F32).op(EXTEND_U);
        break;
      case 3:
        code.op(I64_OF_F64);
        break;
      case 4:
        this.#foldLanes();
        break;
      default:
        code.op(EXTEND_U);
    }
    code.get(accumulator).i64(5, 0).op(ROTL).op(I64_XOR).set(accumulator);
  }

  #foldLanes(): void {
    const local = this.scratch(V128);
    this.code.tee(local).op(EXTRACT).u8(0);
    this.code.get(local).op(EXTRACT).u8(1);
    this.code.op(I64_ADD);
  }

  /** Opens block, loop or if; `label` says what branches to it take. */
  open(op: number, params: readonly ValueType[], results: readonly ValueType[], label: Label): void {
    this.code.structured(op, this.blockType(params, results));
    this.labels.push(label);
  }

  /** Ends the innermost block. */
  close(): void {
    this.code.op(END);
    this.labels.pop();
  }

  /** A block type: none, one value, or a type index. */
  blockType(params: readonly ValueType[], results: readonly ValueType[]): number {
    if (params.length === 0 && results.length === 0) return -1;
    if (params.length === 0 && results.length === 1) return -1 - results[0]!;
    return this.m.types.index(params, results);
  }

  /** Entry of a helper: without fuel it returns constants at once, else it takes one unit. Ends every recursion. */
  takeFuel(): void {
    const {code} = this;
    code.globalGet(FUEL).op(EQZ).structured(IF, -1);
    for (const type of this.results) this.constant(type);
    code.op(RETURN).op(END).globalGet(FUEL).i32(1).op(I32_SUB).globalSet(FUEL);
  }

  /** Entry of a function that only the host calls. */
  fillFuel(units: number): void {
    this.code.i32(units).globalSet(FUEL);
  }

  /** Ends the body. */
  finish(): FunctionCode {
    this.code.u8(END);
    const {count} = this.code;
    return {locals: localGroups(this.locals, this.params.length), bytes: this.code.toBytes(), instructions: count + 1};
  }
}

/** The label of a block or if with these results. */
export const blockLabel = (types: readonly ValueType[]): Label => ({types, counter: -1, isLoop: false});

/** A row of a table of idioms: code that leaves a value of a fixed type, or nothing when it is null. */
export function leaving<T extends ValueType | null>(type: T, write: (b: Body) => unknown): (b: Body) => T {
  return (b) => {
    write(b);
    return type;
  };
}
