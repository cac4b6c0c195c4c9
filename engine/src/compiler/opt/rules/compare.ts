/** Identities of comparisons. The canonical null test is `ieqz x`, the canonical truth test `ine x, 0`. */
import type {IrOp} from '../../ir/ops.ts';
import {Ir} from '../../ir/ops.ts';
import {I32} from '../../ir/types.ts';
import {type Match, type Rule, rule} from '../rule.ts';

type Comparison = 'ieq' | 'ine' | 'ilt_s' | 'ilt_u' | 'igt_s' | 'igt_u' | 'ile_s' | 'ile_u' | 'ige_s' | 'ige_u';

/** op: [negation, same with operands exchanged, value for equal operands]. */
// biome-ignore format: identities as rows
const comparisons = {
  ieq: ['ine', 'ieq', 1], ine: ['ieq', 'ine', 0],
  ilt_s: ['ige_s', 'igt_s', 0], ilt_u: ['ige_u', 'igt_u', 0], igt_s: ['ile_s', 'ilt_s', 0], igt_u: ['ile_u', 'ilt_u', 0],
  ile_s: ['igt_s', 'ige_s', 1], ile_u: ['igt_u', 'ige_u', 1], ige_s: ['ilt_s', 'ile_s', 1], ige_u: ['ilt_u', 'ile_u', 1],
} as const satisfies Record<Comparison, readonly [Comparison, Comparison, number]>;

const names = Object.keys(comparisons) as Comparison[];
const zero = (m: Match): Match['x'] => m.int(m.f.type(m.x), 0);
const isTruth = (m: Match, v: Match['x']): boolean => m.f.op(v) >= Ir.ieqz && m.f.op(v) <= Ir.fge;

function each(make: (op: Comparison, row: (typeof comparisons)[Comparison]) => Rule): Rule[] {
  return names.map((op) => make(op, comparisons[op]));
}
const compare = (m: Match, op: IrOp, a: Match['x'], b: Match['x']): Match['x'] => m.add(op, I32, a, b);

// biome-ignore format: identities as rows
export const compareRules = [
  ...each((op, [, , value]) => rule(`${op} x, x → ${value}`, [op, 'x', 'x'], (m) => m.int(I32, value))),
  ...each((op, [negated]) => rule(`not ${op} x, y → ${negated} x, y`, ['ieqz', [op, 'x', 'y']], (m) => compare(m, negated, m.x, m.y))),
  ...each((op, [, swapped]) => rule(`${op} k, x → ${swapped} x, k`, [op, 'k', 'x'],
    (m) => compare(m, swapped, m.x, m.k), (m) => !m.isOp(m.x, Ir.const))).filter(({head}) => head[0] !== 'ieq' && head[0] !== 'ine'),
  rule('x == 0 → eqz x', ['ieq', 'x', 0], (m) => m.add('ieqz', I32, m.x)),
  rule('not eqz x → x != 0', ['ieqz', ['ieqz', 'x']], (m) => compare(m, 'ine', m.x, zero(m)), (m) => m.f.type(m.x) !== 6),
  rule('truth != 0 → truth', ['ine.i32', 'x', 0], (m) => m.x, (m) => isTruth(m, m.x)),
  rule('not (x != 0) → eqz x', ['ieqz', ['ine', 'x', 0]], (m) => m.add('ieqz', I32, m.x)),
  rule('x <u 1 → eqz x', ['ilt_u', 'x', 1], (m) => m.add('ieqz', I32, m.x)),
  rule('x <=u 0 → eqz x', ['ile_u', 'x', 0], (m) => m.add('ieqz', I32, m.x)),
  rule('x >u 0 → x != 0', ['igt_u', 'x', 0], (m) => compare(m, 'ine', m.x, zero(m))),
  rule('x >=u 1 → x != 0', ['ige_u', 'x', 1], (m) => compare(m, 'ine', m.x, zero(m))),
  rule('x <u 0 → 0', ['ilt_u', 'x', 0], (m) => m.int(I32, 0)),
  rule('x >=u 0 → 1', ['ige_u', 'x', 0], (m) => m.int(I32, 1)),
  rule('x >u -1 → 0', ['igt_u', 'x', -1], (m) => m.int(I32, 0)),
  rule('x <=u -1 → 1', ['ile_u', 'x', -1], (m) => m.int(I32, 1)),
  rule('x >s -1 → x >=s 0', ['igt_s', 'x', -1], (m) => compare(m, 'ige_s', m.x, zero(m))),
  rule('x <=s -1 → x <s 0', ['ile_s', 'x', -1], (m) => compare(m, 'ilt_s', m.x, zero(m))),
  rule('x + k == j → x == j - k', ['ieq', ['iadd', 'x', 'k'], 'j'],
    (m) => compare(m, 'ieq', m.x, m.int(m.f.type(m.x), m.signed(m.j) - m.signed(m.k)))),
  rule('x + k != j → x != j - k', ['ine', ['iadd', 'x', 'k'], 'j'],
    (m) => compare(m, 'ine', m.x, m.int(m.f.type(m.x), m.signed(m.j) - m.signed(m.k)))),
  rule('eqz (x - y) → x == y', ['ieqz', ['isub', 'x', 'y']], (m) => compare(m, 'ieq', m.x, m.y)),
  rule('eqz (x + k) → x == -k', ['ieqz', ['iadd', 'x', 'k']], (m) => compare(m, 'ieq', m.x, m.int(m.f.type(m.x), -m.signed(m.k)))),
  rule('x - y != 0 → x != y', ['ine', ['isub', 'x', 'y'], 0], (m) => compare(m, 'ine', m.x, m.y)),
  rule('eqz (x ^ y) → x == y', ['ieqz', ['ixor', 'x', 'y']], (m) => compare(m, 'ieq', m.x, m.y)),
  rule('x ^ y != 0 → x != y', ['ine', ['ixor', 'x', 'y'], 0], (m) => compare(m, 'ine', m.x, m.y)),
  rule('eqz (extend_u x) → eqz x', ['ieqz', ['extend_u', 'x']], (m) => m.add('ieqz', I32, m.x)),
  rule('eqz (extend_s x) → eqz x', ['ieqz', ['extend_s', 'x']], (m) => m.add('ieqz', I32, m.x)),
  rule('extend_u x != 0 → x != 0', ['ine', ['extend_u', 'x'], 0], (m) => compare(m, 'ine', m.x, zero(m))),
  rule('extend_s x != 0 → x != 0', ['ine', ['extend_s', 'x'], 0], (m) => compare(m, 'ine', m.x, zero(m))),
  ...each((op) => rule(`${op} (extend_u x), (extend_u y) → unsigned ${op} x, y`, [op, ['extend_u', 'x'], ['extend_u', 'y']],
    (m) => compare(m, op.replace(/_s$/, '_u') as Comparison, m.x, m.y))),
];
