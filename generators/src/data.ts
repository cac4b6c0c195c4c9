/** Data segments: edge values at low addresses, where most accesses fall, and passive ones for memory.init. */
import type {ModuleBuilder} from './module.ts';
import {offsetExpression} from './module.ts';
import {drawValue} from './values.ts';

/** Addresses that accesses share most of the time are below this. */
export const WINDOW_BYTES = 256;

function drawBytes(m: ModuleBuilder, length: number): Uint8Array {
  const words = new Int32Array((length >> 2) + 4);
  for (let at = 0; at * 4 < length; ) {
    const type = m.rng.pick(m.swarm.numberTypes);
    drawValue(m.rng, type, words, at);
    at += type > 0x7d ? 2 : 1;
  }
  return new Uint8Array(words.buffer, 0, length);
}

function addActive(m: ModuleBuilder, index: number, start: number, length: number): void {
  const offset = offsetExpression(m.memories[index]!.type.address, start);
  m.data.push({segment: {mode: {kind: 'active', index, offset}, bytes: drawBytes(m, length)}, droppable: true});
}

/** A segment that traps, though the low 32 bits of its offset are in bounds (shape S15). */
function addBeyond(m: ModuleBuilder): void {
  const index = m.memories.findIndex(({type}) => type.address === 'i64');
  if (index >= 0) addActive(m, index, m.rng.pick([2 ** 32, 2 ** 33 + 8, 2 ** 52, -(2 ** 32)]), 16);
}

export function drawData(m: ModuleBuilder): void {
  if (m.memories.length === 0) return;
  const {rng} = m;
  for (const index of m.memories.keys()) addActive(m, index, rng.below(64), rng.between(64, 192));
  if (rng.oneIn(4)) {
    const index = rng.below(m.memories.length);
    addActive(m, index, m.memories[index]!.bytes - 64, rng.between(16, 64));
  }
  if (m.swarm.unguarded > 0 && rng.oneIn(40)) addBeyond(m);
  if (!m.swarm.features.has('bulk-memory')) return;
  for (let i = rng.below(3); i > 0; i--) {
    m.data.push({segment: {mode: {kind: 'passive'}, bytes: drawBytes(m, rng.between(1, 40))}, droppable: rng.oneIn(4)});
  }
}
