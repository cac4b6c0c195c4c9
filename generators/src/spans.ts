/**
 * Spans of code that can be taken out: every stretch that makes values and every stretch that leaves the stack as it was,
 * found by one pass over the stack effects that the validator reports. Nothing is assumed about who wrote the code, and no
 * instruction is named but those that structure it.
 */
import type {Instruction} from '#engine/binary/instructions.ts';
import type {Effect} from '#engine/valid/effects.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import type {ValueType} from '#engine/wasm/types.ts';

/** Instructions [start, end] (inclusive) that leave values of these types. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly types: readonly ValueType[];
  /** Operands of the last instruction: spans that could stand for the whole. */
  readonly operands: readonly Span[];
}

/** A value on the stack; not `whole`: no span of code makes exactly it. */
interface Entry extends Span {
  readonly whole: boolean;
}

interface Frame {
  readonly start: number;
  readonly whole: boolean;
  /** Where its unreachable rest begins, -1: nowhere so far. */
  deadFrom: number;
}

const {else: ELSE, end: END} = Op;

class Finder {
  readonly spans: Span[] = [];
  readonly #stack: Entry[] = [];
  readonly #frames: Frame[] = [{start: 0, whole: false, deadFrom: -1}];

  /** Takes the operands of an instruction; where it and they begin. */
  #take({pops, isShort}: Effect, at: number): {operands: Entry[]; start: number; whole: boolean} {
    const operands = this.#stack.splice(this.#stack.length - pops);
    const start = operands.reduce((least, operand) => Math.min(least, operand.start), at);
    return {operands, start, whole: !isShort && operands.every((operand) => operand.whole)};
  }

  #leave(span: Span, whole: boolean): void {
    if (whole) this.spans.push(span);
    const single = whole && span.types.length === 1;
    for (const type of span.types) this.#stack.push({...span, types: [type], whole: single});
  }

  /** One instruction with its effect. */
  step(at: number, op: number, effect: Effect): void {
    const depth = this.#frames.length;
    if (op === ELSE) this.#else(at, effect);
    else if (op === END) this.#end(at, effect);
    else if (effect.depth > depth) this.#open(at, effect);
    else this.#plain(at, effect);
    this.#stack.length = effect.height;
    const frame = this.#frames.at(-1);
    if (frame !== undefined && effect.isUnreachable && frame.deadFrom < 0) frame.deadFrom = at + 1;
  }

  #plain(at: number, effect: Effect): void {
    const {operands, start, whole} = this.#take(effect, at);
    this.#leave({start, end: at, types: effect.pushes, operands}, whole);
  }

  #open(at: number, effect: Effect): void {
    const {start, whole} = this.#take({...effect, pops: effect.pops}, at);
    this.#frames.push({start, whole, deadFrom: -1});
    for (const type of effect.pushes) this.#inner(at, type);
  }

  /** A parameter of a block: no code inside of it makes it. */
  #inner(at: number, type: ValueType): void {
    this.#stack.push({start: at, end: at, types: [type], operands: [], whole: false});
  }

  #else(at: number, effect: Effect): void {
    const frame = this.#frames.at(-1)!;
    this.#bury(frame, at);
    frame.deadFrom = -1;
    this.#stack.length = effect.height - effect.pushes.length;
    for (const type of effect.pushes) this.#inner(at, type);
  }

  #end(at: number, effect: Effect): void {
    const frame = this.#frames.pop()!;
    this.#bury(frame, at);
    if (this.#frames.length === 0) return;
    this.#stack.length = effect.height - effect.pushes.length;
    this.#leave({start: frame.start, end: at, types: effect.pushes, operands: []}, frame.whole);
  }

  /** Unreachable code up to the end of its frame can go. */
  #bury({deadFrom}: Frame, at: number): void {
    if (deadFrom >= 0 && deadFrom < at) this.spans.push({start: deadFrom, end: at - 1, types: [], operands: []});
  }
}

/** The spans of a valid body (its instructions and effects, without the last `end` or with it), the longest first. */
export function findSpans(list: readonly Instruction[], effects: readonly Effect[]): Span[] {
  const finder = new Finder();
  for (const [at, {op}] of list.entries()) finder.step(at, op, effects[at]!);
  return finder.spans.sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start);
}
