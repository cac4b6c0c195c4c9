import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {Frame, FrameKind, Limits, MalformedReason, Op, ReplyStatus} from '#engine/runtime/layout.ts';
import {readAtLeast, writeFully} from './channel.ts';
import {frameOf, mutated, opStarts, randomFrame, soundBatch, stream} from './door.ts';
import {Batch, type RunnerChannel, RunnerDied} from './runner.ts';
import {skipReason, testCode, testRunner} from './test-code.ts';

const SEED = 20261123;
const buffer = new Uint8Array(1 << 22);

interface RawReply {
  readonly status: number;
  readonly sequence: number;
  readonly words: Uint32Array;
}

/** Sends a frame as it is and reads one reply. */
function exchange({readFd, writeFd}: RunnerChannel, frame: Uint8Array): RawReply {
  writeFully(writeFd, frame);
  let present = readAtLeast(readFd, buffer, 0, Frame.header);
  const [length = 0, magic, status = 0, sequence = 0] = new Uint32Array(buffer.buffer, 0, 4);
  assert.equal(magic, Frame.replyMagic);
  assert.ok(length + Frame.header <= buffer.length, `reply of ${length} bytes`);
  if (present < Frame.header + length) present += readAtLeast(readFd, buffer, present, Frame.header + length - present);
  assert.equal(present, Frame.header + length);
  return {status, sequence, words: new Uint32Array(buffer.buffer, Frame.header, length / 4)};
}

suite('the door of the runner', {skip: skipReason('x64')}, () => {
  const {runner} = testRunner('x64');
  const {channel} = runner;
  const code = testCode('x64');

  function survives(makeFrame: (next: () => number) => Uint8Array, frames: number): Set<number> {
    const next = stream(SEED);
    const reasons = new Set<number>();
    for (let i = 0; i < frames; i++) {
      const {status, words} = exchange(channel, makeFrame(next));
      if (status === ReplyStatus.malformed) reasons.add(words[0]!);
      else assert.equal(status, ReplyStatus.ok);
    }
    runner.run(soundBatch());
    return reasons;
  }

  test('changed frames are answered, every reason of refusal occurs, and a sound batch still works', () => {
    const sound = soundBatch().frame(0).slice();
    // The last op starts a thread on FIFOs that are not there.
    const {count} = soundBatch();
    const reply = runner.run(soundBatch());
    assert.deepEqual([reply.firstFailure(), reply.status(count - 1)], [count - 1, 'resource']);
    const reasons = survives((next) => mutated(sound, next), 6000);
    assert.deepEqual([...reasons].sort(), [2, 3, 4, 5, 6, 7]);
    assert.ok(
      Object.values(MalformedReason).every((reason) => reason === MalformedReason.frame || reasons.has(reason)),
    );
  });

  test('frames of random words are answered', () => {
    assert.ok(survives(randomFrame, 6000).has(MalformedReason.frame));
  });

  test('a call with any one of its words changed is refused, or runs without harm', () => {
    const next = stream(SEED);
    for (let i = 0; i < 500; i++) {
      const batch = new Batch();
      code.appendWorld(batch);
      code.appendCall(batch, 'breakpoint', [1, 2], 20);
      const frame = batch.frame(1).slice();
      const words = new Uint32Array(frame.buffer);
      const call = opStarts(words).at(-1)!;
      words.subarray(opStarts(words)[1]! + 4, opStarts(words)[2]!).fill(0xcccccccc); // the image: breakpoints only
      const at = call + 1 + (next() % (words.length - call - 1));
      words[at] = next() % 3 === 0 ? next() : words[at]! ^ (1 << (next() & 31));
      const {status} = exchange(channel, frame);
      assert.ok(status === ReplyStatus.ok || status === ReplyStatus.malformed);
    }
  });

  test('the report names op, offset and reason; what stood before was done', () => {
    const group = [Op.group, 8];
    const {status, sequence, words} = exchange(
      channel,
      frameOf(FrameKind.batch, [Op.reset, 8, ...group, Op.memoryDigest, 16, 3, 0]),
    );
    assert.equal(status, ReplyStatus.malformed);
    assert.equal(sequence, 1);
    assert.deepEqual([...words], [MalformedReason.handle, 2, 16, Op.memoryDigest]);
  });

  test('an unknown kind is refused and the runner goes on', () => {
    assert.equal(exchange(channel, frameOf(9, [])).status, ReplyStatus.malformed);
    assert.equal(exchange(channel, frameOf(FrameKind.ping, [1])).status, ReplyStatus.malformed);
    assert.equal(exchange(channel, frameOf(FrameKind.ping, [])).status, ReplyStatus.ok);
  });

  test('a wrong magic or an excessive length is answered, then the runner ends with code 2', async () => {
    for (const header of [
      [0, 1, FrameKind.ping, 1],
      [Limits.frameBytes + 1, Frame.requestMagic, FrameKind.batch, 1],
    ]) {
      const victim = testRunner('x64');
      const {status} = exchange(victim.runner.channel, new Uint8Array(Uint32Array.from(header).buffer));
      assert.equal(status, ReplyStatus.malformed);
      assert.deepEqual(await victim.process.exited, {code: 2, signal: null});
      assert.throws(() => victim.runner.ping(), RunnerDied);
    }
  });

  test('a frame that is cut off by the end of file ends the runner', async () => {
    const victim = testRunner('x64');
    writeFully(victim.runner.channel.writeFd, frameOf(FrameKind.batch, [Op.reset]).subarray(0, 18));
    assert.deepEqual(await victim.process.close(), {code: 0, signal: null});
  });
});
