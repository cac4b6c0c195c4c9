/**
 * Reads the reply of a batch: one record per op, under the op's index. Views are valid until the runner's next batch.
 * The records are checked for their lengths before anything is read; what does not fit means that the runner is broken.
 */
import {assert} from '#engine/base/assert.ts';
import type {HostTraceEntry} from '#engine/runtime/host-script.ts';
import {FaultClass, RefTag, Status, TrapOrigin, TrapRecord} from '#engine/runtime/layout.ts';
import {RunnerDied} from './channel.ts';

export type OpStatus = keyof typeof Status;
const statusNames = Object.keys(Status) as OpStatus[];
const originNames = Object.keys(TrapOrigin) as (keyof typeof TrapOrigin)[];
const faultNames = Object.keys(FaultClass) as (keyof typeof FaultClass)[];

/** Raw facts of a trap or time-out; the image's trap table says what they mean. */
export interface TrapFacts {
  /** `wild`: the runner may be corrupt and must be restarted. */
  readonly origin: keyof typeof TrapOrigin;
  /** 0 when no signal was involved. */
  readonly signal: number;
  /** base/traps.ts; 0 when the trap table has to tell. */
  readonly trapCode: number;
  /** Code handle of pc; null when it is in no image. */
  readonly code: number | null;
  readonly codeOffset: number;
  readonly fault: keyof typeof FaultClass;
  /** Handle of the memory whose guard was hit. */
  readonly memory: number | null;
  /** From the memory's base, or below the stack's top, or raw. */
  readonly address: bigint;
}

export interface HostTrace {
  readonly count: number;
  readonly hash: number;
  readonly entries: readonly HostTraceEntry[];
}

const NO_HANDLE = 0xffffffff;
const RECORD_HEADER = 2;

export class BatchReply {
  /** Number of records. */
  readonly count: number;
  readonly #words: Uint32Array;
  /** Word index of each record, and the end. */
  readonly #starts: Uint32Array;

  /** Throws RunnerDied unless the words are exactly `count` records. */
  constructor(words: Uint32Array, count: number) {
    this.count = count;
    this.#words = words;
    this.#starts = new Uint32Array(count + 1);
    let at = 0;
    for (let i = 0; i < count; i++) {
      this.#starts[i] = at;
      const byteLength = words[at + 1] ?? 0;
      const sound = byteLength >= 8 && byteLength % 4 === 0 && words[at]! < statusNames.length;
      if (!sound) throw new RunnerDied(`runner reply: record ${i} is broken`);
      at += byteLength / 4;
    }
    if (at !== words.length) throw new RunnerDied(`runner reply: ${words.length} words, records take ${at}`);
    this.#starts[count] = at;
  }

  status(op: number): OpStatus {
    assert(op < this.count, `record ${op} of ${this.count}`);
    return statusNames[this.#words[this.#starts[op]!]!]!;
  }

  /** Index of the first op whose status is not ok, -1 when all are. */
  firstFailure(): number {
    for (let i = 0; i < this.count; i++) if (this.status(i) !== 'ok') return i;
    return -1;
  }

  /** Payload of an ok record: result slots as (low, high) words, and the like. */
  words(op: number): Uint32Array {
    assert(this.status(op) === 'ok', `record ${op} is ${this.status(op)}`);
    return this.#words.subarray(this.#starts[op]! + RECORD_HEADER, this.#starts[op + 1]!);
  }

  /** Result slots of a call, references as WireRef. */
  slots(op: number): bigint[] {
    const words = this.words(op);
    const slots: bigint[] = [];
    for (let i = 0; i + 1 < words.length; i += 2) slots.push(u64(words, i));
    return slots;
  }

  /** Facts of a trap or timeout record. */
  trap(op: number): TrapFacts {
    const status = this.status(op);
    assert(status === 'trap' || status === 'timeout', `record ${op} is ${status}`);
    const record = this.#words.subarray(this.#starts[op]!, this.#starts[op + 1]!);
    const field = (name: keyof typeof TrapRecord): number => record[TrapRecord[name] / 4]!;
    const handle = (value: number): number | null => (value === NO_HANDLE ? null : value);
    const origin = originNames[field('origin')];
    const fault = faultNames[field('fault')];
    if (record.length * 4 !== TrapRecord.size || origin === undefined || fault === undefined)
      throw new RunnerDied(`runner reply: trap record ${op} is broken`);
    return {
      origin,
      signal: field('signal'),
      trapCode: field('trapCode'),
      code: handle(field('code')),
      codeOffset: field('codeOffset'),
      fault,
      memory: handle(field('memory')),
      address: u64(record, TrapRecord.address / 4),
    };
  }

  /** Tag and value slots (low, high) of an exception that left a call; references as WireRef. */
  exception(op: number): {readonly tag: number; readonly slots: readonly bigint[]} {
    assert(this.status(op) === 'exception', `record ${op} is ${this.status(op)}`);
    const words = this.#words.subarray(this.#starts[op]! + RECORD_HEADER, this.#starts[op + 1]!);
    this.#expect(op, words.length >= 2 && words.length % 4 === 2);
    const slots: bigint[] = [];
    for (let i = 2; i < words.length; i += 2) slots.push(u64(words, i));
    return {tag: words[0]!, slots};
  }

  /** Bytes of a memoryRead, `length` as asked. */
  bytes(op: number, length: number): Uint8Array {
    const words = this.words(op);
    this.#expect(op, words.length === Math.ceil(length / 4));
    return new Uint8Array(words.buffer, words.byteOffset, length);
  }

  memoryDigest(op: number): {readonly byteLength: number; readonly digest: number; readonly chunks: Uint32Array} {
    const words = this.words(op);
    this.#expect(op, words.length === 4 + words[3]!);
    return {byteLength: Number(u64(words, 0)), digest: words[2]!, chunks: words.slice(4)};
  }

  /** Old size in pages, -1 when it failed. */
  grown(op: number): number {
    const old = u64(this.words(op), 0);
    return old === 0xffffffffffffffffn ? -1 : Number(old);
  }

  /** Table length and the references asked for. */
  table(op: number): {readonly length: number; readonly refs: readonly bigint[]} {
    const [length, ...refs] = this.slots(op);
    return {length: Number(length), refs};
  }

  tableDigest(op: number): {readonly length: number; readonly digest: number} {
    const words = this.words(op);
    return {length: Number(u64(words, 0)), digest: words[2]!};
  }

  hostTrace(op: number): HostTrace {
    const words = this.words(op);
    const entries: HostTraceEntry[] = [];
    let at = 3;
    for (let i = 0; i < words[2]!; i++) {
      const argCount = words[at + 3]!;
      const args: bigint[] = [];
      for (let a = 0; a < argCount; a++) args.push(u64(words, at + 4 + 2 * a));
      entries.push({function: words[at]!, ordinal: words[at + 1]!, digest: words[at + 2]!, args});
      at += 4 + 2 * argCount;
    }
    this.#expect(op, at === words.length);
    return {count: words[0]!, hash: words[1]!, entries};
  }

  #expect(op: number, claim: boolean): void {
    if (!claim) throw new RunnerDied(`runner reply: record ${op} has another length`);
  }
}

function u64(words: Uint32Array, at: number): bigint {
  return BigInt(words[at]!) | (BigInt(words[at + 1]!) << 32n);
}

/** What a reference in a reply names. */
export function refOf(ref: bigint): {readonly tag: keyof typeof RefTag; readonly payload: number} {
  const number = Number(ref & 0xffffffffn);
  const tag = (Object.keys(RefTag) as (keyof typeof RefTag)[]).find((name) => RefTag[name] === number);
  if (tag === undefined) throw new RunnerDied(`runner reply: reference tag ${number}`);
  return {tag, payload: Number(ref >> 32n)};
}
