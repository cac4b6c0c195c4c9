/**
 * Structured control to blocks: frames are opened and closed. A construct that nobody leaves by a branch costs no block
 * (joins.ts). A loop's header has a parameter for each local that the loop assigns, because its back edges are not known
 * yet (opt/params.ts).
 */
import {assert} from '#engine/base/assert.ts';
import {trapCode} from '#engine/base/traps.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import {NONE, type Value} from '../ir/func.ts';
import {Ir} from '../ir/ops.ts';
import {type Type, VOID} from '../ir/types.ts';
import {endTry} from './exceptions.ts';
import type {Frame} from './frames.ts';
import {blockType, enterJoin, jumpTo, pushEdgeTo, returnFrom, targetOf} from './joins.ts';
import type {State} from './state.ts';

const {jump: JUMP, br_if: BR_IF, br_table: BR_TABLE, trap: TRAP} = Ir;
const {block: BLOCK, loop: LOOP, if: IF, else: ELSE, end: END, try_table: TRY_TABLE} = Op;
const UNREACHABLE = trapCode('unreachable');

export function openBlock(s: State): void {
  const type = blockType(s);
  s.frames.push('block', type, s.height - type.params.length);
}

export function openLoop(s: State): void {
  const {f, frames} = s;
  const type = blockType(s);
  const frame = frames.push('loop', type, s.height - type.params.length);
  const header = f.addBlock();
  frame.header = header;
  f.beginEdges();
  pushEdgeTo(s, frame);
  s.place(f.addTerminator(JUMP));
  s.block = header;
  for (let i = frame.height; i < s.height; i++) {
    s.stack[i] = f.addParam(header, f.type(s.stack[i] as Value));
    s.types[i] = type.params[i - frame.height]!;
  }
  for (let i = 0; i < frame.assignedCount; i++) {
    const local = frames.words[frame.assigned + i]!;
    s.locals[local] = f.addParam(header, s.localTypes[local] as Type);
  }
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
  for (let i = 0; i < frame.type.params.length; i++) s.pushTyped(words[params + i]! as Value, frame.type.params[i]!);
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
  if (frame.kind === 'try') return endTry(s, frame);
  if (frame.kind === 'if') elseArm(s);
  if (frame.kind === 'body') {
    endBody(s, frame);
  } else if (frame.join !== NONE) {
    if (s.block !== NONE) jumpTo(s, frame);
    enterJoin(s, frame);
  }
  s.frames.pop();
}

/** The join of a body holds the return of all branches to the outermost label. */
function endBody(s: State, frame: Frame): void {
  if (s.block !== NONE) returnFrom(s);
  if (frame.join === NONE) return;
  enterJoin(s, frame);
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
