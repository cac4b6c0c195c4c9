import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {Assembler} from './assembler.ts';
import {Address, Inst, type InstName, instNames} from './insts.ts';
import {type Access, isLoad, type Pair, pairOf} from './pairs.ts';

const BASES = 4;
const bytes = {w: 4, x: 8, s: 4, d: 8, q: 16} as const;

/** Registers and memory as names of what they hold. */
type State = Map<string, string>;

const isVector = (row: number): boolean => /[sdq]$/.test(letterOf(row));
const letterOf = (row: number): keyof typeof bytes => /\.(.)/.exec(instNames[row]!)![1] as keyof typeof bytes;
const nameOf = (register: number): string => (register === 31 ? 'zero' : `r${register}`);

function doAccess(state: State, row: number, register: number, base: number, offset: number): void {
  const place = `${state.get(`base ${base}`) ?? `r${base} of old`} + ${offset}`;
  if (!isLoad(row)) return void state.set(place, state.get(nameOf(register)) ?? nameOf(register));
  state.set(nameOf(register), state.get(place) ?? place);
  if (register === base) state.set(`base ${base}`, 'what was loaded');
}

function doPair(state: State, access: Access, pair: Pair): void {
  const size = bytes[letterOf(access.row)];
  const old = new Map(state);
  const [low, high] = [new Map(old), new Map(old)];
  doAccess(low, access.row, pair.first, access.base, pair.offset);
  doAccess(high, access.row, pair.second, access.base, pair.offset + size);
  for (const after of [low, high]) for (const [key, value] of after) if (old.get(key) !== value) state.set(key, value);
}

const accesses = fc
  .tuple(fc.constantFrom('ldr', 'str'), fc.constantFrom(...(Object.keys(bytes) as (keyof typeof bytes)[])))
  .chain(([word, letter]) => {
    const size = bytes[letter];
    const first = isVector(Inst[`ldr.${letter}` as InstName]) ? 32 : 0;
    const one = fc.record({
      row: fc
        .constantFrom(Address.scaled, Address.unscaled)
        .map((shape) => Inst[`${word}.${letter}` as InstName] + shape),
      register: fc.nat(BASES - 1).map((n) => first + n),
      base: fc.nat(1),
      offset: fc.integer({min: -3, max: 3}).map((n) => n * size),
    });
    return fc.tuple(one, one);
  });

test('a pair does what both do one after the other', () => {
  let pairs = 0;
  fc.assert(
    fc.property(accesses, ([first, second]) => {
      const pair = pairOf(first, second);
      if (pair === null) return;
      pairs++;
      const [apart, together]: [State, State] = [new Map(), new Map()];
      for (const {row, register, base, offset} of [first, second]) doAccess(apart, row, register, base, offset);
      doPair(together, first, pair);
      assert.deepEqual(together, apart);
    }),
    {seed: 5, numRuns: 5000},
  );
  assert.ok(pairs > 300, `${pairs} pairs`);
});

const ldr = (register: number, base: number, offset: number): Access => ({
  row: Inst['ldr.x'],
  register,
  base,
  offset,
});

test('what cannot be a pair is none', () => {
  assert.notEqual(pairOf(ldr(0, 1, 8), ldr(2, 1, 0)), null);
  assert.equal(pairOf(ldr(1, 1, 8), ldr(2, 1, 0)), null, 'the first overwrites the base');
  assert.equal(pairOf(ldr(2, 1, 8), ldr(2, 1, 0)), null, 'both load the same register');
  assert.equal(pairOf(ldr(0, 1, 8), ldr(2, 3, 0)), null, 'two bases');
  assert.equal(pairOf(ldr(0, 1, 16), ldr(2, 1, 0)), null, 'not neighbours');
  assert.equal(pairOf(ldr(0, 1, 512), ldr(2, 1, 520)), null, 'out of reach');
  assert.equal(pairOf(ldr(0, 1, 4), ldr(2, 1, 12)), null, 'not a multiple');
  assert.equal(pairOf(ldr(0, 1, 0), {...ldr(2, 1, 8), row: Inst['ldr.d'], register: 40}), null, 'two kinds');
  assert.notEqual(pairOf(ldr(31, 31, 0), ldr(2, 31, 8)), null, 'the zero register is not the stack pointer');
});

/** The listing of two accesses with something between them. */
function listing(between: (a: Assembler) => void, word = 'ldr', first: (a: Assembler) => void = () => {}): string[] {
  const a = new Assembler();
  a.allowsPair = () => true;
  a.listing = [];
  first(a);
  a.op(Inst[`${word}.x` as 'ldr.x'], 0, 1, 8);
  between(a);
  a.op(Inst[`${word}.x` as 'ldr.x'], 2, 1, 16);
  a.finish(null, true);
  return a
    .text()
    .trim()
    .split('\n')
    .map((line) => line.trim().replace(/^\w+ +/, ''));
}

test('neighbours become one where nothing comes between them and nothing else may fault', () => {
  assert.deepEqual(
    listing(() => {}),
    ['ldp x0, x2, [x1, #8]'],
  );
  assert.deepEqual(
    listing(() => {}, 'str'),
    ['stp x0, x2, [x1, #8]'],
  );
  assert.equal(listing((a) => a.bind(a.label())).length, 2, 'somebody may jump to the second');
  assert.equal(listing((a) => a.op(Inst['mov.x'], 5, 6)).length, 3);
  assert.equal(listing((a) => a.trapAt(a.offset, 1, 7)).length, 2, 'the second has a fault of its own');
  const faults = (a: Assembler) => a.trapAt(a.offset, 1, 7);
  assert.equal(listing(() => {}, 'ldr', faults).length, 1, 'the pair faults as its first half');
  assert.equal(listing(() => {}, 'str', faults).length, 2, 'half of a pair of stores could be done');
});
