/** Identities of select. */
import {Ir} from '../../ir/ops.ts';
import {I32} from '../../ir/types.ts';
import {type Match, rule} from '../rule.ts';

const isTruth = (m: Match): boolean => m.f.op(m.x) >= Ir.ieqz && m.f.op(m.x) <= Ir.fge;

// biome-ignore format: identities as rows
export const select = [
  rule('x ? y : y → y', ['select', 'x', 'y', 'y'], (m) => m.y),
  rule('k ? y : z → y or z', ['select', 'k', 'y', 'z'], (m) => (m.signed(m.k) === 0n ? m.z : m.y)),
  rule('eqz x ? y : z → x ? z : y', ['select', ['ieqz.i32', 'x'], 'y', 'z'], (m) => m.add('select', m.type, m.x, m.z, m.y)),
  rule('x != 0 ? y : z → x ? y : z', ['select', ['ine.i32', 'x', 0], 'y', 'z'], (m) => m.add('select', m.type, m.x, m.y, m.z)),
  rule('truth ? 1 : 0 → truth', ['select', 'x', 1, 0], (m) => (m.type === I32 ? m.x : m.add('extend_u', m.type, m.x)), isTruth),
  rule('x ? 0 : 1 → eqz x', ['select', 'x', 0, 1], (m) => {
    const result = m.add('ieqz', I32, m.x);
    return m.type === I32 ? result : m.add('extend_u', m.type, result);
  }),
];
