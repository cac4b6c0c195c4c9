/**
 * A body while it is being prepared: operands, open blocks, and how branches leave them. What each instruction does with
 * it stands in prepare-*.ts.
 */
import {assert, present} from '../base/assert.ts';
import {CodeReader, valueOfBlock} from '../binary/code.ts';
import type {Func} from '../runtime/func.ts';
import type {Instance} from '../runtime/instance.ts';
import type {Module, Body as ModuleBody} from '../wasm/module.ts';
import {funcTypeAt} from '../wasm/module.ts';
import {BOTTOM, isRef, type ValueType} from '../wasm/types.ts';
import type {Clause} from './code.ts';
import {conditionOf} from './conditions.ts';
import {Emitter, Writes} from './emitter.ts';
import {Mode, machine} from './machine.ts';
import {Operands, Place, Storage, storageOf} from './operands.ts';
import {refCount, wordCount} from './slots.ts';
import {Word} from './words.ts';

const {
  jump: JUMP,
  br_nz: BR_NZ,
  br_z: BR_Z,
  return: RETURN,
  return32: RETURN32,
  return64: RETURN64,
  fuel: FUEL,
  count: COUNT,
} = Word;
const NOWHERE = -1;

/** An open block. */
export interface Block {
  readonly kind: 'function' | 'block' | 'loop' | 'if' | 'else' | 'try';
  /** Operands below the block's parameters. */
  readonly height: number;
  /** Slots at which parameters, and later results, stand. */
  readonly wordBase: number;
  readonly refBase: number;
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
  /** Word index of a loop's start; NOWHERE for labels that are bound at their end. */
  readonly start: number;
  /** Operand words that want the label's index. */
  readonly patches: number[];
  /** The branch of an `if` that has no `else` yet. */
  elsePatch: number;
  /** Word index at which the label is bound, once it is. */
  bound: number;
}

/** A clause whose target is the label of a block. */
export interface PendingClause extends Omit<Clause, 'target'> {
  readonly block: Block;
}
export interface PendingHandler {
  readonly start: number;
  readonly end: number;
  readonly clauses: readonly PendingClause[];
}

/** A test on its way to a branch. */
export interface Test {
  readonly holds: number;
  readonly fails: number;
  /** Operand words of the branch, straight; a swapped form exchanges the two. */
  readonly holdsOperands: readonly number[];
  readonly failsOperands: readonly number[];
}

export class Body {
  readonly module: Module;
  readonly instance: Instance;
  readonly func: Func;
  readonly mode: Mode;
  readonly reader: CodeReader;
  readonly emitter = new Emitter(machine);
  readonly operands = new Operands(this.emitter);
  readonly blocks: Block[] = [];
  /** Clauses of try_tables, innermost first; their targets are known at the end. */
  readonly handlers: PendingHandler[] = [];
  /** Whether the instruction to come cannot be reached. */
  isDead = false;
  /** Straight runs of instructions, in counted mode: byte offset of each instruction, by run. */
  readonly runs: number[][] = [];
  /** Memory of the last access. */
  lastMemory = 0;
  #run = NOWHERE;
  readonly #tries = new Map<Block, {start: number; clauses: readonly PendingClause[]}>();

  constructor(func: Func, instance: Instance, body: ModuleBody, mode: Mode) {
    this.module = instance.module;
    this.instance = instance;
    this.func = func;
    this.mode = mode;
    this.reader = new CodeReader(body.code);
  }

  /** Counts the instruction that the reader has read, where a mode wants that. */
  meter(): void {
    if (this.mode === Mode.plain || this.mode === Mode.traced) return;
    if (this.#run === NOWHERE) {
      if (this.mode === Mode.counted) this.emitter.op1(COUNT, this.runs.push([]) - 1);
      else {
        this.emitter.mark(this.reader.offset);
        this.emitter.op1(FUEL, 0);
      }
      this.#run = this.emitter.length - 1;
    }
    if (this.mode === Mode.counted) this.runs.at(-1)!.push(this.reader.offset);
    else this.emitter.words[this.#run]! += 1;
  }

  /** The instructions to come may execute another number of times than those before. */
  endRun(): void {
    this.#run = NOWHERE;
  }

  /** Says that the instruction emitted next may trap, or call. */
  mark(): void {
    this.emitter.mark(this.reader.offset);
    if (this.mode === Mode.counted) this.endRun();
  }

  /** Parameters and results of a block type as the reader has it. */
  blockTypes(blockType: number): {params: readonly ValueType[]; results: readonly ValueType[]} {
    if (blockType >= 0) return funcTypeAt(this.module, blockType);
    const result = valueOfBlock(blockType);
    return {params: [], results: result === BOTTOM ? [] : [result]};
  }

  /** Opens a block whose parameters are the top operands. */
  open(kind: Block['kind'], params: readonly ValueType[], results: readonly ValueType[]): Block {
    const {operands} = this;
    operands.flushLocals();
    operands.flushTop(params.length);
    const block: Block = {
      kind,
      params,
      results,
      height: operands.count - params.length,
      wordBase: operands.wordTop - wordCount(params),
      refBase: operands.refTop - refCount(params),
      start: kind === 'loop' ? this.bind() : NOWHERE,
      patches: [],
      elsePatch: NOWHERE,
      bound: NOWHERE,
    };
    this.blocks.push(block);
    return block;
  }

  bind(): number {
    this.endRun();
    return this.emitter.bindHere();
  }

  /** The block that a label index names. */
  target(label: number): Block {
    return present(this.blocks[this.blocks.length - 1 - label], 'label');
  }

  labelTypes(block: Block): readonly ValueType[] {
    return block.kind === 'loop' ? block.params : block.results;
  }

  /** Binds a block's label here; its results are the only operands above its height. */
  close(block: Block): void {
    const here = this.bind();
    for (const at of block.patches) this.emitter.words[at] = here;
    block.bound = here;
    this.resetTo(block, block.results);
    this.isDead = false;
  }

  /** Operands as they are where a label of this block is bound: these types in their own slots. */
  resetTo(block: Block, types: readonly ValueType[]): void {
    this.operands.truncate(block.height);
    for (const type of types) this.operands.push(storageOf(type));
  }

  /** Operand word for a branch to a block. */
  label(block: Block): void {
    if (block.start === NOWHERE) block.patches.push(this.emitter.length);
    this.emitter.operand(block.start);
  }

  /** Whether the top operands stand where the label of this block wants them. */
  #isInPlace(block: Block): boolean {
    const types = this.labelTypes(block);
    const {operands} = this;
    let words = block.wordBase;
    let refs = block.refBase;
    for (let n = types.length, i = operands.count - n, k = 0; k < n; i += 1, k += 1) {
      const ref = isRef(types[k]!);
      if (!operands.isAt(i, ref ? refs : words)) return false;
      if (ref) refs += 1;
      else words += wordCount([types[k]!]);
    }
    return true;
  }

  /** Copies the top operands to slots from a base on; ascending, so that none is overwritten before it is read. */
  #moveTop(types: readonly ValueType[], wordBase: number, refBase: number): void {
    const {operands} = this;
    let words = wordBase;
    let refs = refBase;
    for (let n = types.length, i = operands.count - n, k = 0; k < n; i += 1, k += 1) {
      const ref = isRef(types[k]!);
      operands.moveTo(i, ref ? refs : words);
      if (ref) refs += 1;
      else words += wordCount([types[k]!]);
    }
  }

  /** Leaves for a label; the operands stay as they are for those who go on here. */
  branch(block: Block): void {
    if (block.kind === 'function') {
      this.#leave();
      return;
    }
    this.#moveTop(this.labelTypes(block), block.wordBase, block.refBase);
    this.emitter.op(JUMP);
    this.label(block);
  }

  /** Whether a branch to this block needs no code besides the jump. */
  isDirect(block: Block): boolean {
    return block.kind !== 'function' && this.#isInPlace(block);
  }

  /** Returns the top operands. Moving several may write parameters that others stand for: these are flushed first. */
  #leave(): void {
    const {operands, emitter} = this;
    const {results} = this.func.type;
    const only = operands.count - 1;
    if (results.length === 1 && operands.storage[only] === Storage.word) emitter.op1(RETURN32, operands.read(only));
    else if (results.length === 1 && operands.storage[only] === Storage.slot)
      emitter.op1(RETURN64, operands.read(only));
    else {
      this.#moveTop(results, 0, 0);
      emitter.op(RETURN);
    }
  }

  /** Several results may stand in locals that moving the others overwrites. */
  prepareToLeave(): void {
    if (this.func.type.results.length > 1) this.operands.flushTop(this.func.type.results.length);
  }

  /** Pops a condition; a comparison just made is taken back and becomes part of the branch. */
  popTest(): Test {
    const {operands, emitter} = this;
    const i = operands.pop();
    const condition =
      operands.place[i] === Place.own && emitter.lastWrites(operands.slot[i]!, Writes.words)
        ? conditionOf(emitter.lastWord())
        : undefined;
    if (condition === undefined) {
      const slots = [operands.read(i)];
      return {holds: BR_NZ, fails: BR_Z, holdsOperands: slots, failsOperands: slots};
    }
    const {words, last, length} = emitter;
    const straight = [...words.subarray(last + 2, length)];
    const swapped = straight.toReversed();
    emitter.dropLast();
    return {
      holds: condition.holds.word,
      fails: condition.fails.word,
      holdsOperands: condition.holds.swap ? swapped : straight,
      failsOperands: condition.fails.swap ? swapped : straight,
    };
  }

  /** Emits a branch up to its target word, which the caller adds. */
  emitTest(word: number, slots: readonly number[]): void {
    this.emitter.op(word);
    for (const slot of slots) this.emitter.operand(slot);
  }

  /** Operand word for a place further down; to be given to `bindForward`. */
  forward(): number {
    this.emitter.operand(NOWHERE);
    return this.emitter.length - 1;
  }

  bindForward(at: number): void {
    this.emitter.words[at] = this.bind();
  }

  /** Puts what is emitted from here to the end of the block under the protection of clauses. */
  startTry(block: Block, clauses: readonly PendingClause[]): void {
    this.#tries.set(block, {start: this.bind(), clauses});
  }

  endTry(block: Block): void {
    const {start, clauses} = present(this.#tries.get(block), 'try_table');
    this.handlers.push({start, end: this.bind(), clauses});
  }

  /** Nothing behind this instruction is reached before the next `else` or `end`. */
  setDead(): void {
    assert(this.blocks.length > 0, 'an open block');
    this.isDead = true;
  }
}
