/** Identities of bitwise operations, shifts, rotations and sign extension within a type. */
import {Ir} from '../../ir/ops.ts';
import {I32, I64} from '../../ir/types.ts';
import {type Match, rule} from '../rule.ts';

/** A shift count, modulo the width. */
const count = (m: Match, v: Match['k']): bigint => m.unsigned(v) % m.width(v);
const ones = (n: bigint): bigint => (1n << n) - 1n;
/** Bits that may be set in a value, as far as its operation tells. */
function possibleBits(m: Match, v: Match['x']): bigint {
  const {f} = m;
  if (m.isOp(v, Ir.load8_u)) return 0xffn;
  if (m.isOp(v, Ir.load16_u)) return 0xffffn;
  if (m.isOp(v, Ir.load32_u, Ir.extend_u)) return 0xffffffffn;
  if (f.op(v) >= Ir.ieqz && f.op(v) <= Ir.fge) return 1n;
  if (m.isOp(v, Ir.ishr_u) && m.isOp(f.b(v), Ir.const)) return ones(m.width(v) - count(m, f.b(v)));
  return ones(m.width(v));
}

// biome-ignore format: identities as rows
export const bits = [
  rule('x & 0 → 0', ['iand', 'x', 0], (m) => m.int(m.type, 0)),
  rule('x & -1 → x', ['iand', 'x', -1], (m) => m.x),
  rule('x & x → x', ['iand', 'x', 'x'], (m) => m.x),
  rule('x | 0 → x', ['ior', 'x', 0], (m) => m.x),
  rule('x | -1 → -1', ['ior', 'x', -1], (m) => m.int(m.type, -1)),
  rule('x | x → x', ['ior', 'x', 'x'], (m) => m.x),
  rule('x ^ 0 → x', ['ixor', 'x', 0], (m) => m.x),
  rule('x ^ x → 0', ['ixor', 'x', 'x'], (m) => m.int(m.type, 0)),
  rule('(x & k) & j → x & (k & j)', ['iand', ['iand', 'x', 'k'], 'j'],
    (m) => m.add('iand', m.type, m.x, m.int(m.type, m.signed(m.k) & m.signed(m.j)))),
  rule('(x | k) | j → x | (k | j)', ['ior', ['ior', 'x', 'k'], 'j'],
    (m) => m.add('ior', m.type, m.x, m.int(m.type, m.signed(m.k) | m.signed(m.j)))),
  rule('(x ^ k) ^ j → x ^ (k ^ j)', ['ixor', ['ixor', 'x', 'k'], 'j'],
    (m) => m.add('ixor', m.type, m.x, m.int(m.type, m.signed(m.k) ^ m.signed(m.j)))),
  rule('(x ^ y) ^ y → x', ['ixor', ['ixor', 'x', 'y'], 'y'], (m) => m.x),
  rule('(x & y) | y → y', ['ior', ['iand', 'x', 'y'], 'y'], (m) => m.y),
  rule('(x | y) & y → y', ['iand', ['ior', 'x', 'y'], 'y'], (m) => m.y),
  rule('narrow x & mask → x', ['iand', 'x', 'k'], (m) => m.x, (m) => (possibleBits(m, m.x) & ~m.unsigned(m.k)) === 0n),

  rule('x << 0 → x', ['ishl', 'x', 'k'], (m) => m.x, (m) => count(m, m.k) === 0n),
  rule('x >>s 0 → x', ['ishr_s', 'x', 'k'], (m) => m.x, (m) => count(m, m.k) === 0n),
  rule('x >>u 0 → x', ['ishr_u', 'x', 'k'], (m) => m.x, (m) => count(m, m.k) === 0n),
  rule('x rotl 0 → x', ['irotl', 'x', 'k'], (m) => m.x, (m) => count(m, m.k) === 0n),
  rule('x rotr k → x rotl -k', ['irotr', 'x', 'k'], (m) => m.add('irotl', m.type, m.x, m.int(m.type, m.width(m.k) - count(m, m.k)))),
  rule('x << k → x << (k mod width)', ['ishl', 'x', 'k'],
    (m) => m.add('ishl', m.type, m.x, m.int(m.type, count(m, m.k))), (m) => m.unsigned(m.k) >= m.width(m.k)),
  rule('x >>s k → x >>s (k mod width)', ['ishr_s', 'x', 'k'],
    (m) => m.add('ishr_s', m.type, m.x, m.int(m.type, count(m, m.k))), (m) => m.unsigned(m.k) >= m.width(m.k)),
  rule('x >>u k → x >>u (k mod width)', ['ishr_u', 'x', 'k'],
    (m) => m.add('ishr_u', m.type, m.x, m.int(m.type, count(m, m.k))), (m) => m.unsigned(m.k) >= m.width(m.k)),
  rule('x << (y & mask) → x << y', ['ishl', 'x', ['iand', 'y', 'k']], (m) => m.add('ishl', m.type, m.x, m.y), coversCount),
  rule('x >>s (y & mask) → x >>s y', ['ishr_s', 'x', ['iand', 'y', 'k']], (m) => m.add('ishr_s', m.type, m.x, m.y), coversCount),
  rule('x >>u (y & mask) → x >>u y', ['ishr_u', 'x', ['iand', 'y', 'k']], (m) => m.add('ishr_u', m.type, m.x, m.y), coversCount),
  rule('x rotl (y & mask) → x rotl y', ['irotl', 'x', ['iand', 'y', 'k']], (m) => m.add('irotl', m.type, m.x, m.y), coversCount),
  rule('(x << k) << j → x << (k + j)', ['ishl', ['ishl', 'x', 'k'], 'j'],
    (m) => m.add('ishl', m.type, m.x, m.int(m.type, count(m, m.k) + count(m, m.j))), sumsBelowWidth),
  rule('(x >>u k) >>u j → x >>u (k + j)', ['ishr_u', ['ishr_u', 'x', 'k'], 'j'],
    (m) => m.add('ishr_u', m.type, m.x, m.int(m.type, count(m, m.k) + count(m, m.j))), sumsBelowWidth),
  rule('(x >>s k) >>s j → x >>s (k + j)', ['ishr_s', ['ishr_s', 'x', 'k'], 'j'],
    (m) => m.add('ishr_s', m.type, m.x, m.int(m.type, count(m, m.k) + count(m, m.j))), sumsBelowWidth),
  rule('(x << k) >>u k → x & mask', ['ishr_u', ['ishl', 'x', 'k'], 'j'],
    (m) => m.add('iand', m.type, m.x, m.int(m.type, ones(m.width(m.k) - count(m, m.k)))),
    (m) => sameCount(m) && (m.type === I32 || count(m, m.k) > 32n)),
  rule('(x >>u k) << k → x & mask', ['ishl', ['ishr_u', 'x', 'k'], 'j'],
    (m) => m.add('iand', m.type, m.x, m.int(m.type, -1n << count(m, m.k))), (m) => sameCount(m) && (m.type === I32 || count(m, m.k) < 31n)),
  rule('(x << 24) >>s 24 → extend8_s x', ['ishr_s', ['ishl', 'x', 'k'], 'j'],
    (m) => m.add('iextend8_s', m.type, m.x), (m) => sameCount(m) && count(m, m.k) === m.width(m.k) - 8n),
  rule('(x << 16) >>s 16 → extend16_s x', ['ishr_s', ['ishl', 'x', 'k'], 'j'],
    (m) => m.add('iextend16_s', m.type, m.x), (m) => sameCount(m) && count(m, m.k) === m.width(m.k) - 16n),
  rule('(x << 32) >>s 32 → extend32_s x', ['ishr_s.i64', ['ishl.i64', 'x', 'k'], 'j'],
    (m) => m.add('iextend32_s', I64, m.x), (m) => sameCount(m) && count(m, m.k) === 32n),

  rule('extend8_s (extend8_s x) → extend8_s x', ['iextend8_s', ['iextend8_s', 'x']], (m) => m.add('iextend8_s', m.type, m.x)),
  rule('extend16_s (extend8_s x) → extend8_s x', ['iextend16_s', ['iextend8_s', 'x']], (m) => m.add('iextend8_s', m.type, m.x)),
  rule('extend8_s (extend16_s x) → extend8_s x', ['iextend8_s', ['iextend16_s', 'x']], (m) => m.add('iextend8_s', m.type, m.x)),
  rule('extend16_s (extend16_s x) → extend16_s x', ['iextend16_s', ['iextend16_s', 'x']], (m) => m.add('iextend16_s', m.type, m.x)),
  rule('extend8_s (x & mask) → extend8_s x', ['iextend8_s', ['iand', 'x', 'k']],
    (m) => m.add('iextend8_s', m.type, m.x), (m) => (m.signed(m.k) & 0xffn) === 0xffn),
  rule('extend16_s (x & mask) → extend16_s x', ['iextend16_s', ['iand', 'x', 'k']],
    (m) => m.add('iextend16_s', m.type, m.x), (m) => (m.signed(m.k) & 0xffffn) === 0xffffn),
];

function sameCount(m: Match): boolean {
  return count(m, m.k) === count(m, m.j) && count(m, m.k) !== 0n;
}
function sumsBelowWidth(m: Match): boolean {
  return count(m, m.k) + count(m, m.j) < m.width(m.k);
}
/** The mask k leaves all bits that a count of this width has. */
function coversCount(m: Match): boolean {
  const used = m.width(m.k) - 1n;
  return (m.signed(m.k) & used) === used;
}
