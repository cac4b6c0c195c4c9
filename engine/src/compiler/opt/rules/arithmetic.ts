/** Identities of addition, subtraction, multiplication and division on integers. */
import {I64} from '../../ir/types.ts';
import {type Match, rule} from '../rule.ts';

const isPowerOfTwo = (n: bigint): boolean => n > 0n && (n & (n - 1n)) === 0n;
const log2 = (n: bigint): number => n.toString(2).length - 1;
/** k is 2^n with 0 < n < width - 1. */
const isSmallPower = (m: Match): boolean => isPowerOfTwo(m.signed(m.k)) && m.signed(m.k) > 1n;

/** x plus 2^n - 1 when x is negative: what a signed shift needs to round towards zero. */
function biased(m: Match): import('../../ir/func.ts').Value {
  const {type} = m;
  const width = Number(m.width(m.x));
  const sign = m.add('ishr_s', type, m.x, m.int(type, width - 1));
  const bias = m.add('ishr_u', type, sign, m.int(type, width - log2(m.signed(m.k))));
  return m.add('iadd', type, m.x, bias);
}

// biome-ignore format: identities as rows
export const arithmetic = [
  rule('x + 0 → x', ['iadd', 'x', 0], (m) => m.x),
  rule('x - 0 → x', ['isub', 'x', 0], (m) => m.x),
  rule('x - x → 0', ['isub', 'x', 'x'], (m) => m.int(m.type, 0)),
  rule('x - k → x + -k', ['isub', 'x', 'k'], (m) => m.add('iadd', m.type, m.x, m.int(m.type, -m.signed(m.k)))),
  rule('(x + k) + j → x + (k + j)', ['iadd', ['iadd', 'x', 'k'], 'j'],
    (m) => m.add('iadd', m.type, m.x, m.int(m.type, m.signed(m.k) + m.signed(m.j)))),
  rule('(k - x) + j → (k + j) - x', ['iadd', ['isub', 'k', 'x'], 'j'],
    (m) => m.add('isub', m.type, m.int(m.type, m.signed(m.k) + m.signed(m.j)), m.x)),
  rule('k - (x + j) → (k - j) - x', ['isub', 'k', ['iadd', 'x', 'j']],
    (m) => m.add('isub', m.type, m.int(m.type, m.signed(m.k) - m.signed(m.j)), m.x)),
  rule('x + (0 - y) → x - y', ['iadd', 'x', ['isub', 0, 'y']], (m) => m.add('isub', m.type, m.x, m.y)),
  rule('x - (0 - y) → x + y', ['isub', 'x', ['isub', 0, 'y']], (m) => m.add('iadd', m.type, m.x, m.y)),
  rule('0 - (x - y) → y - x', ['isub', 0, ['isub', 'x', 'y']], (m) => m.add('isub', m.type, m.y, m.x)),
  rule('(x - y) + y → x', ['iadd', ['isub', 'x', 'y'], 'y'], (m) => m.x),
  rule('(x + y) - y → x', ['isub', ['iadd', 'x', 'y'], 'y'], (m) => m.x),
  rule('x - (x + y) → 0 - y', ['isub', 'x', ['iadd', 'x', 'y']], (m) => m.add('isub', m.type, m.int(m.type, 0), m.y)),
  rule('x * 0 → 0', ['imul', 'x', 0], (m) => m.int(m.type, 0)),
  rule('x * 1 → x', ['imul', 'x', 1], (m) => m.x),
  rule('x * -1 → 0 - x', ['imul', 'x', -1], (m) => m.add('isub', m.type, m.int(m.type, 0), m.x)),
  rule('x * 2^k → x << k', ['imul', 'x', 'k'],
    (m) => m.add('ishl', m.type, m.x, m.int(m.type, log2(m.unsigned(m.k)))), (m) => isPowerOfTwo(m.unsigned(m.k)) && m.signed(m.k) !== 1n),
  rule('(x * k) * j → x * (k * j)', ['imul', ['imul', 'x', 'k'], 'j'],
    (m) => m.add('imul', m.type, m.x, m.int(m.type, m.signed(m.k) * m.signed(m.j)))),
  rule('(x << k) * j → x * (j << k)', ['imul', ['ishl', 'x', 'k'], 'j'],
    (m) => m.add('imul', m.type, m.x, m.int(m.type, m.signed(m.j) << (m.unsigned(m.k) % m.width(m.k))))),
  rule('x /s 1 → x', ['idiv_s', 'x', 1], (m) => m.x),
  rule('x /u 1 → x', ['idiv_u', 'x', 1], (m) => m.x),
  rule('x %s 1 → 0', ['irem_s', 'x', 1], (m) => m.int(m.type, 0)),
  rule('x %u 1 → 0', ['irem_u', 'x', 1], (m) => m.int(m.type, 0)),
  rule('x %s -1 → 0', ['irem_s', 'x', -1], (m) => m.int(m.type, 0)),
  rule('x /u 2^k → x >>u k', ['idiv_u', 'x', 'k'],
    (m) => m.add('ishr_u', m.type, m.x, m.int(m.type, log2(m.unsigned(m.k)))), (m) => isPowerOfTwo(m.unsigned(m.k)) && m.signed(m.k) !== 1n),
  rule('x %u 2^k → x & (2^k - 1)', ['irem_u', 'x', 'k'],
    (m) => m.add('iand', m.type, m.x, m.int(m.type, m.unsigned(m.k) - 1n)), (m) => isPowerOfTwo(m.unsigned(m.k)) && m.signed(m.k) !== 1n),
  rule('x /s 2^k → biased x >>s k', ['idiv_s', 'x', 'k'],
    (m) => m.add('ishr_s', m.type, biased(m), m.int(m.type, log2(m.signed(m.k)))), isSmallPower),
  rule('x %s 2^k → x - (biased x & -2^k)', ['irem_s', 'x', 'k'],
    (m) => m.add('isub', m.type, m.x, m.add('iand', m.type, biased(m), m.int(m.type, -m.signed(m.k)))), isSmallPower),
  rule('x /u k → (x * m) >>u s', ['idiv_u.i32', 'x', 'k'], divideByMultiplying, (m) => magic(m.unsigned(m.k)) !== null),
];

/** m and s with x / k = x * m >> s for every 32-bit x, m below 2^32 so that the product fits 64 bits; null without such. */
function magic(k: bigint): {m: bigint; s: bigint} | null {
  if (k < 3n || isPowerOfTwo(k)) return null;
  for (let s = 32n; s < 64n; s++) {
    const m = (1n << s) / k + 1n;
    if (m >= 1n << 32n) return null;
    if (m * k - (1n << s) <= 1n << (s - 32n)) return {m, s};
  }
  return null;
}

function divideByMultiplying(match: Match): import('../../ir/func.ts').Value {
  const found = magic(match.unsigned(match.k))!;
  const wide = match.add('imul', I64, match.add('extend_u', I64, match.x), match.int(I64, found.m));
  return match.add('wrap', match.type, match.add('ishr_u', I64, wide, match.int(I64, found.s)));
}
