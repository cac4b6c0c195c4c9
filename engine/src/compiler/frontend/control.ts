/**
 * Structured control to blocks: frames are opened and closed, branches carry the label's values and the locals that the
 * construct assigns. A join block is made when the first branch goes there; a construct that nobody leaves by a branch
 * costs no block.
 */
import {assert} from '#engine/base/assert.ts';
import {EMPTY_BLOCK, valueOfBlock} from '#engine/binary/code.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import {trapCode} from '#engine/base/traps.ts';
import type {ValueType} from '#engine/wasm/types.ts';
import {type Block, NONE, type Value} from '../ir/func.ts';
import {Ir} from '../ir/ops.ts';
import {irType, type Type, VOID} from '../ir/types.ts';
import type {Frame} from './frames.ts';
import type {State} from './state.ts';

const {jump: JUMP, br_if: BR_IF, br_table: BR_TABLE, return: RETURN, trap: TRAP} = Ir;
const {block: BLOCK, loop: LOOP, if: IF, else: ELSE, end: END, try_table: TRY_TABLE} = Op;
const UNREACHABLE = trapCode('unreachable');

const emptyType: Frame['type'] = {params: [], results: []};
const valueTypes = new Map<ValueType, Frame['type']>();

/** Type of the construct that the reader stands on. */
function blockType(s: State): Frame['type'] {
  const code = s.reader.blockType;
  if (code >= 0) return s.facts.funcTypes[code]!;
  if (code === EMPTY_BLOCK) return emptyType;
  const value = valueOfBlock(code);
  let type = valueTypes.get(value);
  if (type === undefined) valueTypes.set(value, (type = {params: [], results: [value]}));
  return type;
}

/** A block with a parameter for each of these types, then for each local that the frame's construct assigns. */
function blockFor(s: State, frame: Frame, types: readonly ValueType[]): Block {
  const b = s.f.addBlock();
  for (const type of types) s.f.addParam(b, irType(type));
  for (let i = 0; i < frame.assignedCount; i++) {
    s.f.addParam(b, s.localTypes[s.frames.words[frame.assigned + i]!] as Type);
  }
  return b;
}

function targetOf(s: State, frame: Frame): Block {
  if (frame.kind === 'loop') return frame.header;
  if (frame.join === NONE) frame.join = blockFor(s, frame, frame.type.results);
  return frame.join;
}

/** An edge from the present block to a frame's label, with the top operands and the present locals. */
function pushEdgeTo(s: State, frame: Frame): void {
  pushEdgeInto(s, targetOf(s, frame), frame, frame.labelTypes.length);
}

function pushEdgeInto(s: State, target: Block, frame: Frame, operands: number): void {
  s.f.pushEdge(target);
  for (let i = s.height - operands; i < s.height; i++) s.f.pushArg(s.stack[i] as Value);
  const {words} = s.frames;
  for (let i = 0; i < frame.assignedCount; i++) s.f.pushArg(s.locals[words[frame.assigned + i]!] as Value);
}

function jumpTo(s: State, frame: Frame): void {
  targetOf(s, frame);
  s.f.beginEdges();
  pushEdgeTo(s, frame);
  s.place(s.f.addTerminator(JUMP));
  s.block = NONE;
}

/** Goes on in a block that has the parameters of `blockFor`. */
function enter(s: State, b: Block, frame: Frame, operands: number): void {
  s.block = b;
  s.height = frame.height;
  for (let i = 0; i < operands; i++) s.push(s.f.param(b, i));
  const {words} = s.frames;
  for (let i = 0; i < frame.assignedCount; i++) s.locals[words[frame.assigned + i]!] = s.f.param(b, operands + i);
}

export function openBlock(s: State): void {
  const type = blockType(s);
  s.frames.push('block', type, s.height - type.params.length);
}

export function openLoop(s: State): void {
  const type = blockType(s);
  const params = type.params.length;
  const frame = s.frames.push('loop', type, s.height - params);
  frame.header = blockFor(s, frame, type.params);
  s.f.beginEdges();
  pushEdgeInto(s, frame.header, frame, params);
  s.place(s.f.addTerminator(JUMP));
  enter(s, frame.header, frame, params);
}

export function openIf(s: State): void {
  const condition = s.pop();
  const type = blockType(s);
  const frame = s.frames.push('if', type, s.height - type.params.length);
  for (let i = 0; i < frame.assignedCount; i++) s.frames.save(s.locals[s.frames.words[frame.assigned + i]!]!);
  for (let i = frame.height; i < s.height; i++) s.frames.save(s.stack[i]!);
  const then = s.f.addBlock();
  frame.otherwise = s.f.addBlock();
  s.f.beginEdges();
  s.f.pushEdge(then);
  s.f.pushEdge(frame.otherwise);
  s.place(s.f.addTerminator(BR_IF, condition));
  s.block = then;
}

/** Goes on in the else arm, with locals and parameters as they were at the `if`. */
function enterElse(s: State, frame: Frame): void {
  const {words} = s.frames;
  for (let i = 0; i < frame.assignedCount; i++) s.locals[words[frame.assigned + i]!] = words[frame.saved + i]!;
  s.height = frame.height;
  const params = frame.saved + frame.assignedCount;
  for (let i = 0; i < frame.type.params.length; i++) s.push(words[params + i]! as Value);
  s.block = frame.otherwise;
  frame.kind = 'else';
}

export function elseArm(s: State): void {
  const frame = s.frames.label(0);
  if (s.block !== NONE) jumpTo(s, frame);
  enterElse(s, frame);
}

export function endConstruct(s: State): void {
  const frame = s.frames.label(0);
  if (frame.kind === 'if') elseArm(s);
  if (frame.kind === 'body') {
    endBody(s, frame);
  } else if (frame.join !== NONE) {
    if (s.block !== NONE) jumpTo(s, frame);
    enter(s, frame.join, frame, frame.type.results.length);
  }
  s.frames.pop();
}

/** The join of a body holds the return of all branches to the outermost label. */
function endBody(s: State, frame: Frame): void {
  if (s.block !== NONE) returnFrom(s);
  if (frame.join === NONE) return;
  enter(s, frame.join, frame, frame.type.results.length);
  returnFrom(s);
}

export function branch(s: State): void {
  const frame = s.frames.label(s.reader.index);
  if (frame.kind === 'body') returnFrom(s);
  else jumpTo(s, frame);
}

/** `br_if` and its relatives: to the label when the condition holds, else on in a new block. */
export function branchIf(s: State, condition: Value): void {
  const frame = s.frames.label(s.reader.index);
  targetOf(s, frame);
  const next = s.f.addBlock();
  s.f.beginEdges();
  pushEdgeTo(s, frame);
  s.f.pushEdge(next);
  s.place(s.f.addTerminator(BR_IF, condition));
  s.block = next;
}

/** Like branchIf, but goes on when the condition holds. */
export function branchUnless(s: State, condition: Value): void {
  const frame = s.frames.label(s.reader.index);
  targetOf(s, frame);
  const next = s.f.addBlock();
  s.f.beginEdges();
  s.f.pushEdge(next);
  pushEdgeTo(s, frame);
  s.place(s.f.addTerminator(BR_IF, condition));
  s.block = next;
}

export function branchTable(s: State): void {
  const index = s.pop();
  const {labels, labelCount} = s.reader;
  for (let i = 0; i < labelCount; i++) targetOf(s, s.frames.label(labels[i]!));
  s.f.beginEdges();
  for (let i = 0; i < labelCount; i++) pushEdgeTo(s, s.frames.label(labels[i]!));
  s.place(s.f.addTerminator(labelCount === 1 ? JUMP : BR_TABLE, labelCount === 1 ? NONE : index));
  s.block = NONE;
}

export function returnFrom(s: State): void {
  const results = s.f.signature.results.length;
  s.f.beginList();
  for (let i = s.height - results; i < s.height; i++) s.f.pushList(s.stack[i]!);
  s.place(s.f.addList(RETURN, VOID));
  s.block = NONE;
}

export function unreachable(s: State): void {
  s.emit(TRAP, VOID, NONE, NONE, NONE, UNREACHABLE);
  s.block = NONE;
}

/** Steps over code that cannot be reached, up to the `else` or `end` that belongs to the innermost open construct. */
export function skipUnreachable(s: State): void {
  let nested = 0;
  for (;;) {
    const op = s.reader.next();
    if (op === BLOCK || op === LOOP || op === IF || op === TRY_TABLE) {
      s.frames.skipConstruct();
      nested++;
    } else if (op === END) {
      if (nested-- === 0) return endUnreachable(s);
    } else if (op === ELSE && nested === 0) {
      s.at();
      return elseArm(s);
    }
    assert(nested >= 0, 'constructs nest');
  }
}

function endUnreachable(s: State): void {
  s.at();
  endConstruct(s);
}
