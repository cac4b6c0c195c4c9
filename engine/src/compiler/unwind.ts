/**
 * What an unwinder needs to know of compiled code: the shape of each frame at its calls, and the calls that are special.
 * Nothing is set up at run time for it. The runner walks with (native/unwind.c):
 *
 *   return address of a frame    at SP + returnAt
 *   its caller's SP, at the call SP + end - dropped, where `dropped` belongs to the call that the frame returns to
 */
import {assert} from '#engine/base/assert.ts';

/** Shape of a function's frame while it calls, in bytes from its stack pointer. */
export interface UnwindFrame {
  /** Where the return address is. */
  readonly returnAt: number;
  /** Behind the function's own stack arguments. */
  readonly end: number;
}

/** In place of a shape: the caller is C code, an exception goes to whoever entered. */
export const ENTERED: UnwindFrame = {returnAt: -1, end: 0};

/** Tables of an image, sorted by code offset; every function and thunk has a frame. */
export interface UnwindTable {
  /** Triples: offset from which a frame's shape holds, `returnAt`, `end`. */
  readonly frames: Int32Array;
  /** Triples: return address, landing pad (-1: none), bytes of stack arguments that the callee drops. Others have neither. */
  readonly sites: Int32Array;
}

export const emptyUnwindTable: UnwindTable = {frames: new Int32Array(0), sites: new Int32Array(0)};

interface Piece {
  readonly offset: number;
  readonly code: {readonly bytes: Uint8Array; readonly frame: UnwindFrame; readonly sites: Int32Array};
}

/** The tables of pieces of code that stand in rising order. */
export function unwindTable(pieces: readonly Piece[]): UnwindTable {
  const frames = new Int32Array(pieces.length * 3);
  const sites: number[] = [];
  pieces.forEach(({offset, code}, n) => {
    frames.set([offset, code.frame.returnAt, code.frame.end], 3 * n);
    for (let i = 0; i < code.sites.length; i += 3) {
      const [at, pad, dropped] = code.sites.subarray(i, i + 3) as unknown as [number, number, number];
      assert(at > 0 && at <= code.bytes.length && pad < code.bytes.length, `call site at ${at}, landing pad ${pad}`);
      sites.push(offset + at, pad < 0 ? -1 : offset + pad, dropped);
    }
  });
  return {frames, sites: Int32Array.from(sites)};
}

/** Shape of the frame that holds at a code offset, undefined before all code. */
export function frameAt({frames}: UnwindTable, offset: number): UnwindFrame | undefined {
  let [low, high] = [0, frames.length / 3];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (frames[3 * middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : {returnAt: frames[3 * low - 2]!, end: frames[3 * low - 1]!};
}

/** Landing pad of the call that returns to a code offset, -1 when it has none. */
export function landingPadAt({sites}: UnwindTable, returnOffset: number): number {
  let [low, high] = [0, sites.length / 3];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sites[3 * middle]! < returnOffset) low = middle + 1;
    else high = middle;
  }
  return 3 * low < sites.length && sites[3 * low] === returnOffset ? sites[3 * low + 1]! : -1;
}
