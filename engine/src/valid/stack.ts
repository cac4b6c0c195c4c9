/**
 * The operand stack and the control stack of the validation algorithm (spec appendix A.3), under the appendix's names.
 * Types are canonical. Nothing is allocated per instruction: operands stand in one typed array, frames in columns.
 * The operand array always has room for one push per byte of code: who pushes several operands reserves room first.
 */
import {Invalid} from '../base/errors.ts';
import type {CodeReader} from '../binary/code.ts';
import {Op} from '../wasm/opcodes.ts';
import {BOTTOM_HEAP, matches} from '../wasm/subtyping.ts';
import {BOTTOM, heapOf, isConcrete, isNullable, isRef, refType, typeName, type ValueType} from '../wasm/types.ts';
import {messages, mismatch, unknown} from './messages.ts';

const {loop: LOOP} = Op;

/** The reference of unreachable code that is known not to be null. */
export const BOTTOM_REF = refType(BOTTOM_HEAP, false);

/** The same reference, not null. */
export const nonNull = (type: ValueType): ValueType => (isNullable(type) ? refType(heapOf(type), false) : type);

export type Types = readonly ValueType[];

/** The stack that was closed last. */
let idle: Stack | null = null;
/** Larger ones are not kept. */
const IDLE_OPERANDS = 1 << 16;

export class Stack {
  protected operands = new Int32Array(256);
  height = 0;
  /** Number of open control frames, the function's own included. */
  depth = 0;
  /** Largest number of control frames since `begin`. */
  maxDepth = 0;
  /** Height of the operand stack where the innermost frame began. */
  base = 0;
  /** Whether the innermost frame's rest is unreachable. */
  isUnreachable = false;
  /** Columns of the frames, the innermost at depth - 1. `wasUnreachable` and `bases` hold the outer frames' state. */
  private opcodes = new Uint16Array(32);
  private bases = new Int32Array(32);
  private wasUnreachable = new Uint8Array(32);
  private initHeights = new Int32Array(32);
  private readonly startTypes: Types[] = [];
  private readonly endTypes: Types[] = [];
  /** Locals without default value that have been set since the function began, in order. */
  private readonly initStack: number[] = [];
  private isInitialised = new Uint8Array(64);
  private reader: CodeReader;
  /** Canonical type ids by type index: names types in messages. */
  private ids: Int32Array;

  protected constructor(reader: CodeReader, ids: Int32Array) {
    this.reader = reader;
    this.ids = ids;
  }

  /** A stack for the code of one module. Allocating the columns would cost more than validating a small module. */
  static open(reader: CodeReader, ids: Int32Array): Stack {
    const stack = idle;
    if (stack === null) return new Stack(reader, ids);
    idle = null;
    stack.reader = reader;
    stack.ids = ids;
    return stack;
  }

  /** Leaves the stack to who opens one next. Only after code that was valid: then no local is left initialised. */
  close(): void {
    if (this.operands.length <= IDLE_OPERANDS) idle = this;
  }

  /** Empties both stacks for the code that the reader has just opened, with locals of which none is initialised. */
  begin(localCount: number): void {
    this.height = this.base = this.depth = this.maxDepth = 0;
    this.isUnreachable = false;
    this.initStack.length = 0;
    if (localCount > this.isInitialised.length) this.isInitialised = new Uint8Array(localCount * 2);
    this.reserve(0);
  }

  /** Makes room for some operands, and for those that the rest of the code may push. */
  private reserve(count: number): void {
    const needed = this.height + count + this.reader.bytes.length + 16;
    if (needed <= this.operands.length) return;
    const grown = new Int32Array(needed * 2);
    grown.set(this.operands.subarray(0, this.height));
    this.operands = grown;
  }

  /** Throws Invalid at the current instruction. */
  fail(message: string): never {
    throw new Invalid(message, this.reader.offset);
  }

  pushOperand(type: ValueType): void {
    this.operands[this.height++] = type;
  }

  /** The type on top, whatever it is; bottom when the rest is unreachable. */
  popOperand(): ValueType {
    if (this.height > this.base) return this.operands[--this.height] as ValueType;
    if (this.isUnreachable) return BOTTOM;
    this.fail(`${messages.typeMismatch}: instruction requires an operand but stack has []`);
  }

  /** Pops a type that must match the expected one; returns the actual one. */
  popExpected(expected: ValueType): ValueType {
    if (this.height > this.base) {
      const actual = this.operands[--this.height] as ValueType;
      return actual === expected || matches(actual, expected) ? actual : this.failMismatch(expected, actual);
    }
    return this.isUnreachable ? BOTTOM : this.failMismatch(expected);
  }

  private failMismatch(expected: ValueType, ...actual: readonly ValueType[]): never {
    this.fail(
      mismatch(
        'instruction',
        [this.typeName(expected)],
        actual.map((type) => this.typeName(type)),
      ),
    );
  }

  /** Pops a reference; bottom becomes the bottom reference. */
  popReference(): ValueType {
    const type = this.popOperand();
    if (isRef(type)) return type;
    if (type === BOTTOM) return BOTTOM_REF;
    this.fail(`${messages.typeMismatch}: instruction requires a reference but stack has [${this.typeName(type)}]`);
  }

  pushOperands(types: Types): void {
    if (types.length > 1) this.reserve(types.length);
    for (let i = 0; i < types.length; i++) this.operands[this.height++] = types[i]!;
  }

  popOperands(types: Types): void {
    for (let i = types.length - 1; i >= 0; i--) this.popExpected(types[i]!);
  }

  /** Checks that the operands on top match, and leaves them there. */
  peekOperands(types: Types): void {
    let at = this.height;
    for (let i = types.length - 1; i >= 0; i--) {
      if (at > this.base) {
        const actual = this.operands[--at] as ValueType;
        if (!matches(actual, types[i]!)) this.failMismatch(types[i]!, actual);
      } else if (!this.isUnreachable) {
        this.fail(
          mismatch(
            'instruction',
            types.map((type) => this.typeName(type)),
            this.present(),
          ),
        );
      }
    }
  }

  pushControl(opcode: number, start: Types, end: Types): void {
    const {depth} = this;
    if (depth === this.bases.length) this.growControls();
    this.opcodes[depth] = opcode;
    this.bases[depth] = this.base;
    this.wasUnreachable[depth] = this.isUnreachable ? 1 : 0;
    this.initHeights[depth] = this.initStack.length;
    this.startTypes[depth] = start;
    this.endTypes[depth] = end;
    this.depth = depth + 1;
    if (depth >= this.maxDepth) this.maxDepth = depth + 1;
    this.base = this.height;
    this.isUnreachable = false;
    this.pushOperands(start);
  }

  private growControls(): void {
    const size = this.bases.length * 2;
    const grow = <T extends Uint8Array | Uint16Array | Int32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.opcodes = grow(this.opcodes, new Uint16Array(size));
    this.bases = grow(this.bases, new Int32Array(size));
    this.wasUnreachable = grow(this.wasUnreachable, new Uint8Array(size));
    this.initHeights = grow(this.initHeights, new Int32Array(size));
  }

  /** Ends the innermost frame, whose results must be all that is left; returns its opcode. Its types stay readable. */
  popControl(): number {
    const depth = this.depth - 1;
    const end = this.endTypes[depth]!;
    this.popOperands(end);
    if (this.height !== this.base) this.fail(mismatch('block', [], this.present()));
    this.resetLocals(this.initHeights[depth]!);
    this.base = this.bases[depth]!;
    this.isUnreachable = this.wasUnreachable[depth] === 1;
    this.depth = depth;
    return this.opcodes[depth]!;
  }

  /** Types of the frame that popControl has just ended. */
  get poppedStart(): Types {
    return this.startTypes[this.depth]!;
  }
  get poppedEnd(): Types {
    return this.endTypes[this.depth]!;
  }

  /** Opcode of the innermost frame. */
  get opcode(): number {
    return this.opcodes[this.depth - 1]!;
  }

  /** Types that a branch to a relative label takes. */
  labelTypes(label: number): Types {
    if (label >= this.depth) this.fail(unknown('label', label));
    const frame = this.depth - 1 - label;
    return (this.opcodes[frame] === LOOP ? this.startTypes[frame] : this.endTypes[frame])!;
  }

  /** Types that a return takes. */
  get returnTypes(): Types {
    return this.endTypes[0]!;
  }

  /** Marks the rest of the innermost frame. */
  unreachable(): void {
    this.height = this.base;
    this.isUnreachable = true;
  }

  initialiseLocal(index: number): void {
    if (this.isInitialised[index] === 1) return;
    this.isInitialised[index] = 1;
    this.initStack.push(index);
  }

  isLocalInitialised(index: number): boolean {
    return this.isInitialised[index] === 1;
  }

  private resetLocals(height: number): void {
    while (this.initStack.length > height) this.isInitialised[this.initStack.pop()!] = 0;
  }

  /** Names of the operands of the innermost frame. */
  private present(): string[] {
    return [...this.operands.subarray(this.base, this.height)].map((type) => this.typeName(type as ValueType));
  }

  /** The name of a canonical type, with type indices of the module. */
  typeName(type: ValueType): string {
    if (!isRef(type)) return typeName(type);
    const heap = heapOf(type);
    if (heap === BOTTOM_HEAP) return '(ref bot)';
    return isConcrete(heap) ? `(ref ${isNullable(type) ? 'null ' : ''}${this.ids.indexOf(heap)})` : typeName(type);
  }
}
