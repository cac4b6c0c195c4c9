/**
 * Where paths meet: branches carry the label's values and the locals that the construct assigns. A join block is made when
 * the first branch goes there; when its construct ends all ways in are known, and only what differs between them becomes a
 * parameter.
 */
import {EMPTY_BLOCK, valueOfBlock} from '#engine/binary/code.ts';
import type {ValueType} from '#engine/wasm/types.ts';
import {type Block, type Edge, NONE, type Value} from '../ir/func.ts';
import {Ir} from '../ir/ops.ts';
import {VOID} from '../ir/types.ts';
import type {Frame} from './frames.ts';
import type {State} from './state.ts';

const {jump: JUMP, return: RETURN} = Ir;

const emptyType: Frame['type'] = {params: [], results: []};
const valueTypes = new Map<ValueType, Frame['type']>();

/** Type of the construct that the reader stands on. */
export function blockType(s: State): Frame['type'] {
  const code = s.reader.blockType;
  if (code >= 0) return s.facts.funcTypes[code]!;
  if (code === EMPTY_BLOCK) return emptyType;
  const value = valueOfBlock(code);
  let type = valueTypes.get(value);
  if (type === undefined) valueTypes.set(value, (type = {params: [], results: [value]}));
  return type;
}

/** The block that a branch to a frame's label goes to. */
export function targetOf(s: State, frame: Frame): Block {
  if (frame.kind === 'loop') return frame.header;
  if (frame.join === NONE) frame.join = s.f.addBlock();
  return frame.join;
}

/** An edge from the present block to a frame's label, with the top operands and the present locals. */
export function pushEdgeTo(s: State, frame: Frame): void {
  const operands = frame.labelTypes.length;
  const e = s.f.pushEdge(targetOf(s, frame));
  for (let i = s.height - operands; i < s.height; i++) s.f.pushArg(s.stack[i] as Value);
  const {words} = s.frames;
  for (let i = 0; i < frame.assignedCount; i++) s.f.pushArg(s.locals[words[frame.assigned + i]!] as Value);
  if (frame.kind !== 'loop') s.frames.addEdge(frame, e);
}

export function jumpTo(s: State, frame: Frame): void {
  targetOf(s, frame);
  s.f.beginEdges();
  pushEdgeTo(s, frame);
  s.place(s.f.addTerminator(JUMP));
  s.block = NONE;
}

/** Goes on where a construct ends, with its results and the locals as they arrive there. */
export function enterJoin(s: State, frame: Frame): void {
  const results = frame.type.results.length;
  const {words} = s.frames;
  s.block = frame.join;
  s.height = frame.height;
  let kept = 0;
  for (let slot = 0; slot < results + frame.assignedCount; slot++) {
    let v = onlyArgument(s, frame, slot);
    if (v === NONE) {
      v = s.f.addParam(frame.join, s.f.type(s.f.arg(frame.edges as Edge, slot)));
      for (let e = frame.edges; e !== NONE; e = s.frames.nextEdge(e))
        s.f.setArg(e as Edge, kept, s.f.arg(e as Edge, slot));
      kept++;
    }
    if (slot < results) s.pushTyped(v, frame.type.results[slot]!);
    else s.locals[words[frame.assigned + slot - results]!] = v;
  }
  for (let e = frame.edges; e !== NONE; e = s.frames.nextEdge(e)) s.f.truncateArgs(e as Edge, kept);
}

/** The value that every edge to a join brings in this slot, NONE when they differ. */
function onlyArgument(s: State, frame: Frame, slot: number): Value {
  const v = s.f.arg(frame.edges as Edge, slot);
  for (let e = s.frames.nextEdge(frame.edges); e !== NONE; e = s.frames.nextEdge(e)) {
    if (s.f.arg(e as Edge, slot) !== v) return NONE;
  }
  return v;
}

export function returnFrom(s: State): void {
  const results = s.f.signature.results.length;
  s.f.beginList();
  for (let i = s.height - results; i < s.height; i++) s.f.pushList(s.stack[i]!);
  s.place(s.f.addList(RETURN, VOID));
  s.block = NONE;
}
