/** Lowering of atomic accesses. */
import {Unsupported} from '#engine/base/errors.ts';
import type {Lower} from './lower.ts';

const missing: Lower = () => {
  throw new Unsupported('threads');
};

export const atomicLowerings = {
  atomic_load: missing,
  atomic_store: missing,
  atomic_rmw: missing,
  atomic_cmpxchg: missing,
  fence: missing,
} as const;
