import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {ConstantPool} from '../backend/pool.ts';
import {Assembler} from './assembler.ts';
import {Inst} from './insts.ts';

/** One piece of a program: `fill` bytes of int3, a label, a branch to label n (modulo their number), or a call. */
type Piece =
  | {readonly kind: 'fill'; readonly bytes: number}
  | {readonly kind: 'label'}
  | {readonly kind: 'branch'; readonly target: number; readonly condition: number}
  | {readonly kind: 'call'};

const piece: fc.Arbitrary<Piece> = fc.oneof(
  fc.record({kind: fc.constant('fill' as const), bytes: fc.oneof(fc.nat(12), fc.nat(200))}),
  fc.record({kind: fc.constant('label' as const)}),
  fc.record({kind: fc.constant('branch' as const), target: fc.nat(50), condition: fc.integer({min: -1, max: 15})}),
  fc.record({kind: fc.constant('call' as const)}),
);

/** Emits the pieces, then reads the code back: offsets of labels, and where each branch goes. */
function roundTrip(pieces: readonly Piece[], allowShort: boolean): {length: number; shorts: number} {
  const a = new Assembler();
  const labels = pieces.filter(({kind}) => kind === 'label').map(() => a.label());
  if (labels.length === 0) return {length: 0, shorts: 0};
  let next = 0;
  for (const p of pieces) {
    if (p.kind === 'fill') for (let n = 0; n < p.bytes; n++) a.plain(Inst.int3);
    else if (p.kind === 'label') a.bind(labels[next++] as number);
    else if (p.kind === 'call') a.call(7);
    else if (p.condition < 0) a.jump(labels[p.target % labels.length] as number);
    else a.branch(p.condition, labels[p.target % labels.length] as number);
  }
  const {bytes, calls} = a.finish(null, allowShort);
  const view = new DataView(bytes.buffer);
  const at: number[] = [];
  const goals: [number, number][] = [];
  const fields: number[] = [];
  let [offset, shorts] = [0, 0];
  for (const p of pieces) {
    if (p.kind === 'fill') offset += p.bytes;
    else if (p.kind === 'label') at.push(offset);
    else if (p.kind === 'call') {
      fields.push(offset + 1);
      offset += 5;
    } else {
      const first = bytes[offset] as number;
      const isShort = first === 0xeb || (first & 0xf0) === 0x70;
      if (p.condition >= 0) assert.equal(isShort ? first & 15 : (bytes[offset + 1] as number) & 15, p.condition);
      const size = isShort ? 2 : first === 0xe9 ? 5 : 6;
      offset += size;
      goals.push([
        offset + (isShort ? view.getInt8(offset - 1) : view.getInt32(offset - 4, true)),
        p.target % labels.length,
      ]);
      shorts += isShort ? 1 : 0;
    }
  }
  assert.equal(offset, bytes.length);
  for (const [goal, label] of goals) assert.equal(goal, at[label]);
  assert.deepEqual(
    [...calls].filter((_, n) => n % 2 === 0),
    fields,
  );
  return {length: bytes.length, shorts};
}

test('branches reach their labels in long and in relaxed code, which is never longer', () => {
  fc.assert(
    fc.property(fc.array(piece, {maxLength: 60}), (pieces) => {
      const long = roundTrip(pieces, false);
      const relaxed = roundTrip(pieces, true);
      assert.equal(long.shorts, 0);
      assert.ok(relaxed.length <= long.length);
    }),
    {seed: 5, numRuns: 400},
  );
});

test('a branch over 127 bytes stays short, over 128 it does not', () => {
  const over = (bytes: number): number =>
    roundTrip([{kind: 'branch', target: 0, condition: -1}, {kind: 'fill', bytes}, {kind: 'label'}], true).shorts;
  assert.deepEqual([over(127), over(128)], [1, 0]);
});

test('pool constants are shared, aligned and found by their users', () => {
  const pool = new ConstantPool();
  const [narrow, wide, again] = [pool.add(1), pool.add(1, 2, 3, 4), pool.add(1)];
  assert.equal(narrow, again);
  const a = new Assembler();
  a.rPool(Inst['movss rm'], 16, narrow);
  a.rPool(Inst['movups rm'], 17, wide);
  const {bytes} = a.finish(pool, true);
  const view = new DataView(bytes.buffer);
  const first = 8 + view.getInt32(4, true);
  const second = 15 + view.getInt32(11, true);
  assert.equal(second % 16, 0);
  assert.deepEqual(
    [view.getInt32(first, true), view.getInt32(second, true), view.getInt32(second + 12, true)],
    [1, 1, 4],
  );
});
