/** The memory: one page most of the time, and a small maximum, so that growth ends alike in every engine. */
import type {ModuleBuilder} from './module.ts';

export const PAGE_BYTES = 65536;

/** Adds memory 0. */
export function addMemory(m: ModuleBuilder, min: number, max: number): void {
  m.memory = {limits: {min: BigInt(min), max: BigInt(max)}, address: 'i32', shared: false, pageSizeLog2: 16};
  m.memoryBytes = min * PAGE_BYTES;
}

export function drawMemory(m: ModuleBuilder): void {
  if (!m.swarm.hasMemory) return;
  const min = m.rng.oneIn(8) ? 2 : 1;
  addMemory(m, min, min + m.rng.below(3));
}
