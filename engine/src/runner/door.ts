/**
 * Frames for the runner's own door: sound batches with some words changed, and random words, from a seed. What comes back
 * may be anything but silence. Changed frames hold no calls: changed code could do anything.
 */
import {Frame, FrameKind, Op} from '#engine/runtime/layout.ts';
import {Batch, externRef, functionRef, linkInstance, nullRef, objectRef} from './runner.ts';
import {testCode} from './test-code.ts';

/** A deterministic stream of u32 (xorshift). */
export function stream(seed: number): () => number {
  let x = seed >>> 0 || 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>>= 0);
  };
}

const INTERESTING = [
  0, 1, 2, 7, 8, 31, 0x7f, 0xffff, 0x10000, 0xfffff, 0x100000, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff,
];

/** Every op once, all of them sound. */
export function soundBatch(): Batch {
  const batch = new Batch();
  const {appendWorld, plan} = testCode('x64');
  appendWorld(batch);
  batch.group();
  batch.memory(1, {minPages: 0, maxPages: 10, pageSizeLog2: 0, is64: true, shared: true});
  batch.table(0, 4, 9, functionRef(100));
  batch.global(4, true, externRef(3), 0n);
  batch.tag(1, [false, true]);
  batch.code(7, Uint8Array.of(0x90, 0x90, 0xc3, 0xcc), {
    frames: Int32Array.of(0, 8, 16, 2, -1, 0),
    sites: Int32Array.of(1, 2, 0, 4, -1, 16),
  });
  linkInstance(batch, {...plan, instance: 1, firstGlobal: 10, firstFunction: 200});
  batch.hostWorld(7);
  batch.hostExports([0, 1], [{func: 101, entry: {code: 0, offset: 0}, params: ['i32'], results: ['f64']}, null]);
  batch.type(2, {kind: 'struct', bytes: 24, supertypes: [], references: [16]});
  batch.type(3, {kind: 'array', bytes: 8, supertypes: [], references: [0]});
  batch.type(4, {kind: 'array', bytes: 2, supertypes: [], references: []});
  batch.heap({stress: true});
  batch.structNew(0, 2, new Uint8Array(16).fill(5), [externRef(4)], {guarded: true});
  batch.arrayNew(1, 3, 3, [[objectRef(0), 0n]], {guarded: true});
  batch.arrayNew(2, 4, 2, [
    [7n, 0n],
    [8n, 0n],
  ]);
  batch.globalWrite(4, objectRef(1), 0n);
  batch.heapFacts();
  batch.dataSegment(0, 1, Uint8Array.of(1, 2, 3));
  batch.elemSegment(0, 0, [nullRef, functionRef(103), externRef(9)]);
  batch.globalWrite(4, nullRef, 0n);
  batch.memoryWrite(0, 100, Uint8Array.of(5, 6, 7), {guarded: true});
  batch.tableWrite(0, 1, [functionRef(104), nullRef], {guarded: true});
  batch.memoryRead(0, 96, 9);
  batch.memoryDigest(0, true);
  batch.memoryGrow(1, 3);
  batch.tableRead(0, 0, 4);
  batch.tableDigest(0);
  batch.globalRead([0, 1, 4]);
  batch.hostTrace();
  batch.thread('/parallax/no/such/fifo', '/parallax/no/such/fifo');
  return batch;
}

/** Word indices of the frame at which its ops begin. */
export function opStarts(words: Uint32Array): number[] {
  const starts: number[] = [];
  for (let at = Frame.header / 4; at < words.length; at += words[at + 1]! / 4) starts.push(at);
  return starts;
}

function mutateWord(words: Uint32Array, at: number, next: () => number): void {
  const kind = next() % 4;
  if (kind === 0) words[at] = INTERESTING[next() % INTERESTING.length]!;
  else if (kind === 1) words[at]! ^= 1 << (next() & 31);
  else if (kind === 2) words[at]! += (next() % 5) - 2;
  else words[at] = next();
}

/** A copy of the frame with one to four words of its ops changed, some of them in the op headers; never an op into a call. */
export function mutated(frame: Uint8Array, next: () => number): Uint8Array {
  const copy = frame.slice();
  const words = new Uint32Array(copy.buffer);
  const starts = opStarts(words);
  for (let n = 1 + (next() % 4); n > 0; n--) {
    const start = starts[next() % starts.length]!;
    const length = words.length - start;
    mutateWord(words, start + (next() % Math.min(length, 12)), next);
  }
  for (const start of starts) if ((words[start]! & 0xff) === Op.call) words[start] = 0;
  if (next() % 8 !== 0) return copy;
  const cut = words.subarray(0, Math.max(4, words.length - (next() % 16)));
  cut[0] = cut.length * 4 - Frame.header;
  return copy.subarray(0, cut.length * 4);
}

/** A frame of `words` of payload after a sound header of this kind. */
export function frameOf(kind: number, payload: readonly number[]): Uint8Array {
  const words = Uint32Array.of(payload.length * 4, Frame.requestMagic, kind, 1, ...payload);
  return new Uint8Array(words.buffer);
}

/** Small frames of random words, to reach the parser without any sound part. */
export function randomFrame(next: () => number): Uint8Array {
  const payload: number[] = [];
  for (let ops = next() % 4; ops >= 0; ops--) {
    const op = next() % 40;
    const length = next() % 10;
    payload.push(op === Op.call ? 0 : op, next() % 9 === 0 ? next() : 8 + 4 * length);
    for (let i = 0; i < length; i++)
      payload.push(next() % 2 === 0 ? next() % 5 : INTERESTING[next() % INTERESTING.length]!);
  }
  return frameOf(next() % 50 === 0 ? next() % 8 : FrameKind.batch, payload);
}
