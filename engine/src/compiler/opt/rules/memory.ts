/** Identities of memory accesses and explicit traps; roots without value are changed in place or dropped. */
import type {Value} from '../../ir/func.ts';
import {GONE, type Match, type Rule, rule} from '../rule.ts';

/** The stored value becomes `x`. */
function storing(m: Match): Value {
  m.f.setC(m.v, m.x);
  return m.v;
}
const keeps =
  (mask: bigint) =>
  (m: Match): boolean =>
    (m.signed(m.k) & mask) === mask;

// biome-ignore format: identities as rows
const narrow: Rule[] = [
  rule('store8 (x & mask) → store8 x', ['store8', 'y', 'z', ['iand', 'x', 'k']], storing, keeps(0xffn)),
  rule('store16 (x & mask) → store16 x', ['store16', 'y', 'z', ['iand', 'x', 'k']], storing, keeps(0xffffn)),
  rule('store32 (x & mask) → store32 x', ['store32', 'y', 'z', ['iand', 'x', 'k']], storing, keeps(0xffffffffn)),
  rule('store8 (extend8_s x) → store8 x', ['store8', 'y', 'z', ['iextend8_s', 'x']], storing),
  rule('store8 (extend16_s x) → store8 x', ['store8', 'y', 'z', ['iextend16_s', 'x']], storing),
  rule('store16 (extend16_s x) → store16 x', ['store16', 'y', 'z', ['iextend16_s', 'x']], storing),
  rule('store8 (extend_s x) → store8 x', ['store8', 'y', 'z', ['extend_s', 'x']], storing),
  rule('store8 (extend_u x) → store8 x', ['store8', 'y', 'z', ['extend_u', 'x']], storing),
  rule('store16 (extend_s x) → store16 x', ['store16', 'y', 'z', ['extend_s', 'x']], storing),
  rule('store16 (extend_u x) → store16 x', ['store16', 'y', 'z', ['extend_u', 'x']], storing),
  rule('store8 (wrap x) → store8 x', ['store8', 'y', 'z', ['wrap', 'x']], storing),
  rule('store16 (wrap x) → store16 x', ['store16', 'y', 'z', ['wrap', 'x']], storing),
];

// biome-ignore format: identities as rows
export const memoryRules = [
  ...narrow,
  rule('trap_if 0 → nothing', ['trap_if', 0], () => GONE),
  rule('trap_if x != 0 → trap_if x', ['trap_if', ['ine.i32', 'x', 0]], (m) => {
    m.f.setA(m.v, m.x);
    return m.v;
  }),
  rule('br_if x != 0 → br_if x', ['br_if', ['ine.i32', 'x', 0]], (m) => {
    m.f.setA(m.v, m.x);
    return m.v;
  }),
];
