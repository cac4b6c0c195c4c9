import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {classOf, type InstructionClass, instructionClasses} from './classes.ts';
import {causes, type Listed, parseListing, parseProfile, shiftOf, type Tally, tally, total} from './counts.ts';

const seed = 20261123;
const WORD = 4;

const code = fc
  .uniqueArray(fc.integer({min: 1, max: 2 ** 32 - 1}), {minLength: 1, maxLength: 50})
  .map((words): Listed[] => words.map((word, i) => ({address: i * WORD, word, text: 'add w0, w1, w2'})));

test(`code is found where it was mapped, and every execution is counted once (seed ${seed})`, () => {
  fc.assert(
    fc.property(code, fc.integer({min: 0, max: 2 ** 40}), fc.array(fc.nat(1000)), (listing, page, often) => {
      const shift = page * WORD;
      const profile = listing.map(({address, word}, i) => ({address: address + shift, word, count: often[i] ?? 1}));
      const {listed, executed} = tally(listing, profile, shiftOf(listing, profile));
      assert.equal(total(listed), listing.length);
      assert.equal(
        total(executed),
        profile.reduce((sum, {count}) => sum + count, 0),
      );
    }),
    {seed},
  );
});

test('another word at a listed address is noticed', () => {
  const listing = [
    {address: 0, word: 1, text: 'ret'},
    {address: 4, word: 2, text: 'ret'},
    {address: 8, word: 3, text: 'ret'},
  ];
  const lie = listing.map(({address, word}) => ({address, word: address === 4 ? 99 : word, count: 1}));
  assert.throws(() => tally(listing, lie, shiftOf(listing, lie)), /ret is listed at 4, executed was 63/);
});

test('code of which nothing was executed is noticed', () => {
  assert.throws(() => shiftOf([{address: 0, word: 1, text: 'ret'}], [{address: 0, word: 2, count: 1}]), /executed/);
});

test('a line that is no count is noticed', () => {
  assert.throws(() => parseProfile('400 d65f03c0 1\nqemu: uncaught signal\n'), /qemu/);
});

test('padding, data and the functions that are not wanted are not listed', () => {
  const objdump = `
0000000000000000 <wanted>:
   0:	0b010000 	add	w0, w0, w1
   4:	d65f03c0 	ret
   8:	d503201f 	nop
   c:	00000010 	.word	0x00000010

0000000000000010 <other>:
  10:	d65f03c0 	ret
`;
  assert.deepEqual(
    parseListing(objdump, (symbol) => symbol === 'wanted'),
    [
      {address: 0, word: 0x0b010000, text: 'add w0, w0, w1'},
      {address: 4, word: 0xd65f03c0, text: 'ret'},
    ],
  );
});

const examples = {
  'trap stubs': ['udf #22'],
  'calls and returns': ['bl 100 <f>', 'ret', 'blr x1'],
  branches: ['b 10 <f>', 'b.ne 20 <f>', 'cbz w0, 4 <f>', 'tbnz x1, #3, 8 <f>', 'br x3'],
  'stack accesses': ['str x30, [sp, #-16]!', 'ldp x19, x20, [sp, #16]', 'ldr d0, [x29, #24]'],
  constants: ['mov w0, #0x1', 'movk x2, #0xfff, lsl #16', 'fmov d0, #1.0e+00', 'movi v0.2d, #0x0', 'adrp x0, 0 <f>'],
  moves: ['mov x0, x1', 'fmov d0, d1', 'mov v1.16b, v2.16b', 'mov w0, wzr'],
  'stores to memory': ['str w0, [x1, w2, uxtw]', 'stp q0, q1, [x3]', 'st1 {v0.s}[1], [x0]'],
  'loads from memory': ['ldr w0, [x1, #4]', 'ldrb w0, [x1, x2]', 'ld1r {v0.4s}, [x0]', 'ldp x0, x1, [x2]'],
  comparisons: ['cmp w0, #0x3', 'ccmp x0, x1, #0x0, eq', 'fcmp d0, #0.0', 'tst w1, #0x1'],
  selections: ['csel w0, w1, w2, eq', 'cset w0, ne', 'fcsel d0, d1, d2, lt', 'cneg w0, w1, mi'],
  addresses: ['add x3, x19, w2, uxtw', 'add x0, x1, w2, uxtw #2'],
  'extensions and bit fields': ['sxtw x0, w1', 'ubfx w0, w1, #3, #8', 'ror w0, w1, #7', 'bfi x0, x1, #32, #32'],
  'vector and float': ['fadd d0, d1, d2', 'add v0.4s, v1.4s, v2.4s', 'scvtf d0, w1', 'tbl v0.16b, {v1.16b}, v2.16b'],
  'integer arithmetic': ['add w0, w1, #0x1', 'madd x0, x1, x2, x3', 'and w0, w1, #0xff', 'fcvtzs w0, d1'],
} as const satisfies Record<InstructionClass, readonly string[]>;

for (const name of instructionClasses) {
  test(`${name} are told from their text`, () => {
    for (const text of examples[name]) assert.equal(classOf(text), name, text);
  });
}

test('the class that was made larger is the first cause, with its worst kernel', () => {
  const counts = (over: Partial<Tally>): Tally =>
    ({...Object.fromEntries(instructionClasses.map((name) => [name, 10])), ...over}) as Tally;
  const peer = counts({});
  const found = causes([
    {name: 'a', ours: counts({moves: 24, branches: 12}), peer},
    {name: 'b', ours: counts({moves: 38, calls: 0} as Partial<Tally>), peer},
  ]);
  assert.deepEqual(found[0], {name: 'moves', excess: (14 / 140 + 28 / 140) / 2, worst: 'b'});
  assert.equal(found[1]!.name, 'branches');
});
