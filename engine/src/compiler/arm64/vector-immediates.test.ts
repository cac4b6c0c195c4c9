import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {printInst} from './print.ts';
import {V0} from './regs.ts';
import {type VectorImmediate, vectorImmediate} from './vector-immediates.ts';

const SEED = 20261123;
const ALL = 2n ** 64n - 1n;
const view = new DataView(new ArrayBuffer(8));

/** 64 bits of a lane of `bits`, repeated. */
function repeated(lane: bigint, bits: number): bigint {
  let value = lane;
  for (let width = bits; width < 64; width *= 2) value |= value << BigInt(width);
  return value;
}

function floatBits(value: number, bits: 32 | 64): bigint {
  if (bits === 64) view.setFloat64(0, value);
  else view.setFloat32(0, value);
  return bits === 64 ? view.getBigUint64(0) : BigInt(view.getUint32(0));
}

/** VFPExpandImm of the manual. */
function float(imm8: number, exponentBits: number, fractionBits: number): bigint {
  const b = (imm8 >> 6) & 1;
  const exponent = `${b ^ 1}${String(b).repeat(exponentBits - 3)}${((imm8 >> 4) & 3).toString(2).padStart(2, '0')}`;
  const fraction = (imm8 & 15).toString(2).padStart(4, '0').padEnd(fractionBits, '0');
  return BigInt(`0b${imm8 >> 7}${exponent}${fraction}`);
}

/** AdvSIMDExpandImm of the manual: what eight bits mean, null where the code is another instruction's. */
function expanded(op: number, cmode: number, imm8: number): bigint | null {
  const imm = BigInt(imm8);
  const inverted = (value: bigint): bigint => (op === 1 ? value ^ ALL : value);
  if (cmode < 12) {
    if ((cmode & 1) === 1) return null;
    const bits = cmode < 8 ? 32 : 16;
    return inverted(repeated(imm << BigInt(8 * ((cmode >> 1) & (bits / 8 - 1))), bits));
  }
  if (cmode === 12) return inverted(repeated((imm << 8n) | 0xffn, 32));
  if (cmode === 13) return inverted(repeated((imm << 16n) | 0xffffn, 32));
  if (cmode === 15) return op === 0 ? repeated(float(imm8, 8, 23), 32) : float(imm8, 11, 52);
  if (op === 0) return repeated(imm, 8);
  return [0, 1, 2, 3, 4, 5, 6, 7].reduce(
    (sum, bit) => sum | ((((imm >> BigInt(bit)) & 1n) * 0xffn) << BigInt(8 * bit)),
    0n,
  );
}

/** All 128-bit constants of one instruction: patterns twice or with zero above, and scalar floats. */
function allEncodable(): Set<bigint> {
  const all = new Set<bigint>();
  for (let imm8 = 0; imm8 < 256; imm8++) {
    all.add(float(imm8, 8, 23));
    for (const op of [0, 1])
      for (let cmode = 0; cmode < 16; cmode++) {
        const value = expanded(op, cmode, imm8);
        if (value !== null) all.add(value).add((value << 64n) | value);
      }
  }
  return all;
}

const encodable = allEncodable();
const wordsOf = (value: bigint): number[] => [0n, 32n, 64n, 96n].map((at) => Number(BigInt.asIntN(32, value >> at)));

/** The bits that an instruction puts into its register, read from its text, which objdump agrees with (encode.test.ts). */
function meaningOf({row, first, second}: VectorImmediate): bigint {
  const line = printInst(row, [V0, first, second]);
  const match = /^(movi|mvni|fmov) (?:([ds])0|v0\.(\d+)([bhsd])), #(\S+?)(?:, (lsl|msl) #(\d+))?$/.exec(line);
  assert.ok(match !== null, line);
  const [, name, file, count = '1', letter = file, number, shift, amount = '0'] = match;
  const bits = ({b: 8, h: 16, s: 32, d: 64} as const)[letter as 'b' | 'h' | 's' | 'd'];
  const by = BigInt(amount);
  let lane = name === 'fmov' ? floatBits(Number(number), bits as 32 | 64) : BigInt(number as string) << by;
  if (shift === 'msl') lane |= (1n << by) - 1n;
  if (name === 'mvni') lane ^= (1n << BigInt(bits)) - 1n;
  for (let width = bits; width < Number(count) * bits; width *= 2) lane |= lane << BigInt(width);
  return lane;
}

test('every constant of one instruction is found, and the instruction means it', () => {
  for (const value of encodable) {
    const found = vectorImmediate(wordsOf(value));
    assert.ok(found !== null, value.toString(16));
    assert.equal(meaningOf(found), value, printInst(found.row, [V0, found.first, found.second]));
  }
});

test('no other constant is accepted', () => {
  const some = fc.constantFrom(...encodable);
  const near = fc.tuple(some, fc.nat(127)).map(([value, bit]) => value ^ (1n << BigInt(bit)));
  const halves = fc.tuple(some, some).map(([low, high]) => (low & ALL) | ((high & ALL) << 64n));
  const other = fc.bigInt({min: 0n, max: 2n ** 128n - 1n});
  fc.assert(
    fc.property(fc.oneof(some, near, halves, other), (value) => {
      assert.equal(vectorImmediate(wordsOf(value)) !== null, encodable.has(value), value.toString(16));
    }),
    {seed: SEED, numRuns: 20_000},
  );
});

test('an instruction that means another constant is noticed', () => {
  const found = vectorImmediate([5, 5, 5, 5]);
  assert.ok(found !== null);
  assert.notEqual(meaningOf({...found, first: 6}), meaningOf(found));
});
