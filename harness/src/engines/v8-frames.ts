/**
 * Frames between an adapter and V8 in a child process: u32 byte length, then the structured clone of a message. Blocking
 * reads and writes on two FIFOs (engine/src/runner/channel.ts).
 */
import {deserialize, serialize} from 'node:v8';
import type {WireValue} from '#engine/base/wire-value.ts';
import {readAtLeast, writeFully} from '#engine/runner/channel.ts';
import type {Feature} from '#engine/wasm/features.ts';
import type {Case} from '#generators/case.ts';
import type {CaseOptions} from './engine.ts';
import type {CallOutcome, Observation} from './observation.ts';

/** Modules and instances are numbers that the child gives, per session. */
export type Request =
  | {readonly kind: 'case'; readonly testCase: Case; readonly options: CaseOptions}
  | {readonly kind: 'open'; readonly features: readonly Feature[]}
  | {readonly kind: 'compile'; readonly bytes: Uint8Array}
  | {readonly kind: 'instantiate'; readonly module: number; readonly imports: ReadonlyMap<string, number>}
  | {readonly kind: 'invoke'; readonly instance: number; readonly name: string; readonly args: readonly WireValue[]}
  | {readonly kind: 'global'; readonly instance: number; readonly name: string};

export type Reply =
  | {readonly kind: 'observation'; readonly observation: Observation}
  | {readonly kind: 'opened'}
  /** `imports`: names of the modules that it imports from. */
  | {readonly kind: 'module'; readonly module: number; readonly imports: readonly string[]}
  | {
      readonly kind: 'refused';
      readonly error: 'rejected' | 'unsupported';
      readonly message: string;
      readonly offset: number | null;
    }
  | {readonly kind: 'instance'; readonly instance: number}
  | {readonly kind: 'unlinkable'; readonly message: string}
  | {readonly kind: 'failed' | 'outcome'; readonly outcome: CallOutcome}
  | {readonly kind: 'value'; readonly value: WireValue}
  /** The request took longer than its limit; the child ends itself. */
  | {readonly kind: 'timeout'}
  /** The adapter in the child failed: a bug of ours. */
  | {readonly kind: 'bug'; readonly message: string};

const HEADER = 4;

/** Writes one message. Throws RunnerDied. */
export function writeMessage(fd: number, message: Request | Reply): void {
  const body = serialize(message);
  const frame = Buffer.allocUnsafe(HEADER + body.length);
  frame.writeUInt32LE(body.length);
  body.copy(frame, HEADER);
  writeFully(fd, frame);
}

/** Reads one message. Throws RunnerDied at the end of file. */
export function readMessage(fd: number): unknown {
  const header = Buffer.allocUnsafe(HEADER);
  readAtLeast(fd, header, 0, HEADER);
  const body = Buffer.allocUnsafe(header.readUInt32LE());
  readAtLeast(fd, body, 0, body.length);
  return deserialize(body);
}
