/**
 * The memories: one page most of the time, and a small maximum, so that growth ends alike in every engine. With more
 * features there are several, with addresses of either width, shared ones, and pages of one byte.
 */
import type {AddressType, MemoryType} from '#engine/wasm/types.ts';
import type {ModuleBuilder} from './module.ts';

export const PAGE_BYTES = 65536;

/** Smallest memory: every mask of address.ts fits into it. */
const LEAST_BYTES = 0x9000;
/** A maximum that no growth reaches, and that all engines accept: 16 GiB. */
const MOST_PAGES = 2n ** 18n;

export interface MemoryPlan {
  readonly type: MemoryType;
  /** Smallest size in bytes. */
  readonly bytes: number;
  /** False: the maximum is out of reach, so memory.grow may only ask for nothing or for the impossible. */
  readonly growable: boolean;
}

function plain(min: number, max: number): MemoryPlan {
  const limits = {min: BigInt(min), max: BigInt(max)};
  return {
    type: {limits, address: 'i32', shared: false, pageSizeLog2: 16},
    bytes: min * PAGE_BYTES,
    growable: true,
  };
}

/** Makes memory 0 a plain one of 32 bits; others may stand behind it. */
export function addMemory(m: ModuleBuilder, min: number, max: number): void {
  m.memories.length = 0;
  m.memories.push(plain(min, max));
  if (m.swarm.features.has('multi-memory') && m.rng.oneIn(2)) m.memories.push(drawPlan(m));
}

/** One or two memories that grow by a few pages, of one byte too. */
export function addGrowingMemories(m: ModuleBuilder): void {
  const {rng, swarm} = m;
  const isDrawn = rng.oneIn(2);
  m.memories.length = 0;
  for (let i = swarm.features.has('multi-memory') ? rng.between(1, 2) : 1; i > 0; i--) {
    const plan = isDrawn ? drawPlan(m) : plain(1, 1);
    const max = plan.type.limits.min + BigInt(rng.between(1, 4));
    m.memories.push({...plan, growable: true, type: {...plan.type, limits: {...plan.type.limits, max}}});
  }
}

/** One or two memories, where they may have pages of one byte also of odd sizes down to one byte. */
export function addEndMemories(m: ModuleBuilder): void {
  const {rng, swarm} = m;
  m.memories.length = 0;
  for (let i = swarm.features.has('multi-memory') ? rng.between(1, 2) : 1; i > 0; i--) {
    const plan = drawPlan(m);
    const bytes = plan.type.pageSizeLog2 === 0 && rng.oneIn(2) ? rng.pick([17, 63, 4095, 4097, 65537]) : plan.bytes;
    const {limits, pageSizeLog2} = plan.type;
    const min = BigInt(bytes >> pageSizeLog2);
    const max = limits.max! - limits.min + min;
    m.memories.push({...plan, bytes, type: {...plan.type, limits: {min, max}}});
  }
}

/** Draws all memories. */
export function drawMemory(m: ModuleBuilder): void {
  if (!m.swarm.hasMemory) return;
  const count = m.swarm.features.has('multi-memory') ? m.rng.pick([1, 2, 2, 3]) : 1;
  for (let i = 0; i < count; i++) m.memories.push(drawPlan(m));
}

/** A memory of any kind that the features allow. */
export function drawPlan({rng, swarm: {features}}: ModuleBuilder): MemoryPlan {
  const address: AddressType = features.has('memory64') && rng.percent(60) ? 'i64' : 'i32';
  const shared = features.has('threads') && rng.percent(60);
  const isByteSized = features.has('custom-page-sizes') && rng.percent(60);
  const growable = address === 'i32' || shared || !rng.oneIn(6);
  const min = isByteSized ? rng.between(LEAST_BYTES, PAGE_BYTES + 20) : rng.oneIn(8) ? 2 : 1;
  const more = isByteSized ? rng.below(3) * rng.between(1, 5000) : rng.below(3);
  const max = growable ? BigInt(min + more) : MOST_PAGES;
  return {
    type: {limits: {min: BigInt(min), max}, address, shared, pageSizeLog2: isByteSized ? 0 : 16},
    bytes: isByteSized ? min : min * PAGE_BYTES,
    growable,
  };
}
