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

export function drawData(m: ModuleBuilder): void {
  if (m.memories.length === 0) return;
  const {rng} = m;
  for (let i = rng.between(1, 2); i > 0; i--) {
    const index = rng.below(m.memories.length);
    const {type, bytes} = m.memories[index]!;
    const offset = rng.oneIn(4) ? bytes - 64 : rng.below(WINDOW_BYTES - 64);
    const mode = {kind: 'active', index, offset: offsetExpression(type.address, offset)} as const;
    m.data.push({segment: {mode, bytes: drawBytes(m, rng.between(16, 64))}, droppable: true});
  }
  if (!m.swarm.features.has('bulk-memory')) return;
  for (let i = rng.below(3); i > 0; i--) {
    m.data.push({segment: {mode: {kind: 'passive'}, bytes: drawBytes(m, rng.between(1, 40))}, droppable: rng.oneIn(4)});
  }
}
