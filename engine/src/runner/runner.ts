/**
 * The door to the native runner: `startRunner` (main thread) gives a channel, `new Runner(channel)` (any one thread) sends
 * batches and reads replies, synchronously. Anything wrong with the process is RunnerDied; restarting is the caller's.
 */
import {assert, Bug} from '#engine/base/assert.ts';
import {
  Arch,
  CpuFeature,
  Frame,
  FrameKind,
  Limits,
  MalformedReason,
  Op,
  PROTOCOL_VERSION,
  ReplyStatus,
} from '#engine/runtime/layout.ts';
import {Batch} from './batch.ts';
import {openNamedChannel, type RunnerChannel, RunnerDied, readAtLeast, writeFully} from './channel.ts';
import {BatchReply} from './reply.ts';

export * from './batch.ts';
export {type RunnerChannel, RunnerDied} from './channel.ts';
export {type LinkPlan, linkInstance} from './link.ts';
export * from './process.ts';
export {BatchReply, type HostTrace, type OpStatus, refOf, type TrapFacts} from './reply.ts';
export {type Stop, stopOf, type TrapLookup} from './stop.ts';

export interface Hello {
  readonly arch: 'x64' | 'arm64';
  readonly cpuFeatures: ReadonlySet<keyof typeof CpuFeature>;
  readonly stackBytes: number;
  readonly pid: number;
}

/** The runner refused a frame of ours: a bug on this side. Ops before `op` were done. */
export class RefusedFrame extends Bug {
  override name = 'RefusedFrame';
  readonly reason: string;
  readonly op: number;
  readonly offset: number;
  constructor(words: Uint32Array) {
    const [reason = 0, op = 0, offset = 0, number = 0] = words;
    const nameOf = (table: Readonly<Record<string, number>>, value: number): string =>
      Object.keys(table).find((key) => table[key] === value) ?? String(value);
    super(`runner refused op ${op} (${nameOf(Op, number)}) at byte ${offset}: ${nameOf(MalformedReason, reason)}`);
    this.reason = nameOf(MalformedReason, reason);
    this.op = op;
    this.offset = offset;
  }
}

/** A reply holds 8 bytes per op even when its payloads reach the limit. */
const REPLY_BYTES = 2 * Limits.frameBytes;

export class Runner {
  readonly channel: RunnerChannel;
  #input = new Uint8Array(1 << 16);
  #sequence = 0;
  /** Set once the channel cannot be trusted any more. */
  #dead = false;

  constructor(channel: RunnerChannel) {
    this.channel = channel;
  }

  /** Who is there. Throws RunnerDied when it speaks another version. */
  hello(): Hello {
    const words = this.#exchange(FrameKind.hello);
    const [version, arch, , features = 0, stackBytes = 0, , pid = 0] = words;
    if (version !== PROTOCOL_VERSION)
      throw new RunnerDied(`runner speaks version ${version}, not ${PROTOCOL_VERSION}: rebuild it`);
    const names = Object.keys(CpuFeature) as (keyof typeof CpuFeature)[];
    const cpuFeatures = new Set(names.filter((name) => ((features >>> CpuFeature[name]) & 1) === 1));
    return {arch: arch === Arch.x64 ? 'x64' : 'arm64', cpuFeatures, stackBytes, pid};
  }

  /** Nothing but a round trip. */
  ping(): void {
    this.#exchange(FrameKind.ping);
  }

  /** Asks the runner to end itself. */
  shutdown(): void {
    this.#dead = true;
    writeFully(this.channel.writeFd, this.#emptyFrame(FrameKind.shutdown));
  }

  /**
   * Does the ops of the batch in order. The reply's views live until the next call. Throws RunnerDied, and RefusedFrame
   * when the batch itself is wrong.
   */
  run(batch: Batch): BatchReply {
    const frame = batch.frame(++this.#sequence >>> 0);
    assert(frame.length - Frame.header <= Limits.frameBytes, `batch of ${frame.length} bytes`);
    return new BatchReply(this.#roundTrip(frame), batch.count);
  }

  /**
   * Starts a thread in the runner and gives the channel to it. It has the same objects, but runs only instances that it made
   * itself. It ends when both descriptors are closed; `reset` waits for that. Throws RunnerDied when there is no room.
   */
  startThread(number: number): RunnerChannel {
    const ends = openNamedChannel((down, up) => {
      const batch = new Batch();
      const op = batch.thread(down, up);
      if (this.run(batch).status(op) !== 'ok') throw new RunnerDied('runner has no room for a thread');
    });
    return {...ends, pid: this.channel.pid, thread: number};
  }

  #emptyFrame(kind: number): Uint8Array {
    const words = Uint32Array.of(0, Frame.requestMagic, kind, ++this.#sequence >>> 0);
    return new Uint8Array(words.buffer);
  }

  #exchange(kind: number): Uint32Array {
    return this.#roundTrip(this.#emptyFrame(kind));
  }

  /** Sends a frame, gives the reply's payload. */
  #roundTrip(frame: Uint8Array): Uint32Array {
    if (this.#dead) throw new RunnerDied('runner is gone');
    try {
      writeFully(this.channel.writeFd, frame);
      return this.#read();
    } catch (error) {
      if (error instanceof RunnerDied) this.#dead = true;
      throw error;
    }
  }

  #read(): Uint32Array {
    const {readFd} = this.channel;
    let present = readAtLeast(readFd, this.#input, 0, Frame.header);
    const [length = 0, magic, status, sequence] = new Uint32Array(this.#input.buffer, 0, 4);
    const sound =
      magic === Frame.replyMagic && sequence === this.#sequence >>> 0 && length <= REPLY_BYTES && length % 4 === 0;
    if (!sound) throw new RunnerDied('runner reply: broken header');
    const whole = Frame.header + length;
    if (whole > this.#input.length) {
      const grown = new Uint8Array(2 ** Math.ceil(Math.log2(whole)));
      grown.set(this.#input.subarray(0, present));
      this.#input = grown;
    }
    if (present < whole) present += readAtLeast(readFd, this.#input, present, whole - present);
    if (present !== whole) throw new RunnerDied('runner reply: more bytes than one frame');
    const payload = new Uint32Array(this.#input.buffer, Frame.header, length / 4);
    if (status === ReplyStatus.ok) return payload;
    throw status === ReplyStatus.malformed
      ? new RefusedFrame(payload)
      : new RunnerDied(`runner reply: status ${status}`);
  }
}
