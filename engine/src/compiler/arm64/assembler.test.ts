import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {ConstantPool} from '../backend/pool.ts';
import {Assembler, patchCall} from './assembler.ts';
import {Inst} from './insts.ts';
import {LR, X0, X1} from './regs.ts';

/**
 * One piece of a program: `nops`, a label, a branch of a kind (b, b.cond, cbz, tbz) to label n (modulo their number), a call,
 * a constant of 1, 2 or 4 words.
 */
type Piece =
  | {readonly kind: 'nops'; readonly count: number}
  | {readonly kind: 'label'}
  | {readonly kind: 'branch'; readonly target: number; readonly how: number}
  | {readonly kind: 'constant'; readonly words: number}
  | {readonly kind: 'call'};

const piece = (nops: fc.Arbitrary<number>): fc.Arbitrary<Piece> =>
  fc.oneof(
    fc.record({kind: fc.constant('nops' as const), count: nops}),
    fc.record({kind: fc.constant('label' as const)}),
    fc.record({kind: fc.constant('branch' as const), target: fc.nat(50), how: fc.nat(3)}),
    fc.record({kind: fc.constant('constant' as const), words: fc.constantFrom(1, 2, 4)}),
    fc.record({kind: fc.constant('call' as const)}),
  );

const CONDITION = 11;
const LITERALS = {1: Inst['ldr.s lit'], 2: Inst['ldr.d lit'], 4: Inst['ldr.q lit']} as const;
const constantOf = (words: number): number[] => Array.from({length: words}, (_, n) => 0x1000 * words + n);

interface Built {
  readonly bytes: Uint8Array;
  readonly calls: Int32Array;
  readonly labels: number;
}

function build(pieces: readonly Piece[], allowShort: boolean): Built {
  const a = new Assembler();
  const pool = new ConstantPool();
  const labels = pieces.filter(({kind}) => kind === 'label').map(() => a.label());
  let next = 0;
  for (const p of pieces) {
    if (p.kind === 'nops') for (let n = 0; n < p.count; n++) a.op(Inst.nop);
    else if (p.kind === 'label') a.bind(labels[next++] as number);
    else if (p.kind === 'call') a.call(7);
    else if (p.kind === 'constant')
      a.literal(LITERALS[p.words as 1 | 2 | 4], 33, pool, pool.add(...constantOf(p.words)));
    else if (labels.length > 0) branch(a, p.how, labels[p.target % labels.length] as number);
  }
  const {bytes, calls} = a.finish(pool, allowShort);
  return {bytes, calls, labels: labels.length};
}

function branch(a: Assembler, how: number, label: number): void {
  if (how === 0) a.jump(label);
  else if (how === 1) a.branch(CONDITION, label);
  else if (how === 2) a.compareBranch(Inst['cbnz.x'], X1, label);
  else a.testBranch(true, X1, 40, label);
}

/** Signed field of `bits` bits at `at`, in words. */
const field = (word: number, at: number, bits: number): number => ((word << (32 - at - bits)) >> (32 - bits)) * 4;

/** Reads the code back: where each label is, where each branch goes, what each constant is. Returns the long forms. */
function check(pieces: readonly Piece[], {bytes, calls, labels}: Built): number {
  const view = new DataView(bytes.buffer);
  const word = (at: number): number => view.getInt32(at, true);
  const places: number[] = [];
  const goals: [number, number][] = [];
  const fields: number[] = [];
  let [offset, longs] = [0, 0];
  for (const p of pieces) {
    if (p.kind === 'nops') offset += 4 * p.count;
    else if (p.kind === 'label') places.push(offset);
    else if (p.kind === 'call') {
      fields.push(offset);
      offset += 4;
    } else if (p.kind === 'constant') {
      const at = offset + field(word(offset), 5, 19);
      assert.deepEqual(
        constantOf(p.words),
        Array.from({length: p.words}, (_, n) => word(at + 4 * n)),
      );
      const isLong = at === offset + 8 && word(offset + 4) >>> 26 === 5;
      if (isLong) assert.equal(field(word(offset + 4), 0, 26), 4 + 4 * p.words);
      longs += isLong ? 1 : 0;
      offset += isLong ? 8 + 4 * p.words : 4;
    } else if (labels > 0) {
      const {length, goal} = readBranch(word, offset, p.how);
      longs += p.how !== 0 && length === 8 ? 1 : 0;
      goals.push([goal, p.target % labels]);
      offset += length;
    }
  }
  for (const [goal, label] of goals) assert.equal(goal, places[label]);
  assert.deepEqual(
    [...calls].filter((_, n) => n % 2 === 0),
    fields,
  );
  return longs;
}

/** Length and goal of a branch; its sense must be right in either form. */
function readBranch(word: (at: number) => number, at: number, how: number): {length: number; goal: number} {
  const first = word(at);
  if (how === 0) {
    assert.equal(first >>> 26, 5);
    return {length: 4, goal: at + field(first, 0, 26)};
  }
  const plain = [0, 0x54000000 | CONDITION, 0xb5000001, 0xb7400001][how] as number;
  const mask = how === 3 ? ~0x7ffe0 : ~0xffffe0;
  const inverted = how === 1 ? plain ^ 1 : plain ^ (1 << 24);
  if ((first & mask) === (plain | 0)) return {length: 4, goal: at + field(first, 5, how === 3 ? 14 : 19)};
  assert.equal(first & mask, inverted | 0);
  assert.equal(field(first, 5, how === 3 ? 14 : 19), 8);
  assert.equal(word(at + 4) >>> 26, 5);
  return {length: 8, goal: at + 4 + field(word(at + 4), 0, 26)};
}

test('branches reach their labels and constants their users, in long and in relaxed code', () => {
  fc.assert(
    fc.property(fc.array(piece(fc.nat(20)), {maxLength: 60}), (pieces) => {
      const [long, relaxed] = [build(pieces, false), build(pieces, true)];
      const most = pieces.filter((p) => p.kind === 'constant' || (p.kind === 'branch' && p.how > 0 && long.labels > 0));
      assert.equal(check(pieces, long), most.length);
      assert.equal(check(pieces, relaxed), 0);
      assert.ok(relaxed.bytes.length <= long.bytes.length + 48); // the pool
    }),
    {seed: 5, numRuns: 300},
  );
});

test('code larger than the reach of tbz keeps the long forms that it needs', () => {
  fc.assert(
    fc.property(fc.array(piece(fc.oneof(fc.nat(20), fc.nat(6_000))), {minLength: 10, maxLength: 40}), (pieces) => {
      check(pieces, build(pieces, true));
    }),
    {seed: 6, numRuns: 40},
  );
});

test('branches and constants beyond a megabyte take the long form', () => {
  const far = (nops: number): number => {
    const pieces: Piece[] = [
      {kind: 'branch', target: 0, how: 1},
      {kind: 'constant', words: 4},
      {kind: 'nops', count: nops},
      {kind: 'label'},
    ];
    return check(pieces, build(pieces, true));
  };
  assert.deepEqual([far(2 ** 18 - 40), far(2 ** 18 + 8)], [0, 2]);
});

test('the address of a far table is the same as that of a near one', () => {
  for (const nops of [3, 2 ** 18 + 1000]) {
    const a = new Assembler();
    const label = a.label();
    a.tableAddress(X1, [label]);
    for (let n = 0; n < nops; n++) a.op(Inst.nop);
    a.bind(label);
    const {bytes} = a.finish(null, true);
    const word = (at: number): number => new DataView(bytes.buffer).getInt32(at, true);
    const isShort = bytes.length === 4 + 4 * nops + 4;
    const adr = ((word(0) >>> 29) & 3) + ((word(0) << 8) >> 13) * 4;
    const added = isShort ? 0 : ((word(4) >>> 10) & 0xfff) * 4096 + ((word(8) >>> 10) & 0xfff);
    assert.equal(adr + added, bytes.length - 4);
    assert.equal(word(bytes.length - 4), 0); // the label stands where the table begins
  }
});

test('a call is patched with the distance from itself, and only as far as it reaches', () => {
  const code = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0x94);
  patchCall(code, 4, 0);
  assert.equal(new DataView(code.buffer).getUint32(4, true), 0x97ffffff);
  assert.throws(() => patchCall(code, 4, 2 ** 27 + 4), /does not fit/);
});

test('the listing names targets by their final offset', () => {
  const a = new Assembler();
  a.listing = [];
  const [pool, label] = [new ConstantPool(), a.label()];
  a.compareBranch(Inst['cbz.w'], X0, label);
  a.literal(Inst['ldr.d lit'], 32, pool, pool.add(1, 2));
  a.op(Inst['ldp.x'], X0, LR, 31, 16);
  a.bind(label);
  a.jump(label);
  a.finish(pool, true);
  assert.equal(
    a.text(),
    ['   0  cbz w0, c', '   4  ldr d0, [pool 0]', '   8  ldp x0, x30, [sp, #16]', '   c  b c', ''].join('\n'),
  );
});
