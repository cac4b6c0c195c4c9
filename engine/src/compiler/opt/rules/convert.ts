/** Identities of conversions between types. Float conversions stay: they quiet NaNs. */
import {I32, I64} from '../../ir/types.ts';
import {rule} from '../rule.ts';

// biome-ignore format: identities as rows
export const convert = [
  rule('wrap (extend_s x) → x', ['wrap', ['extend_s', 'x']], (m) => m.x),
  rule('wrap (extend_u x) → x', ['wrap', ['extend_u', 'x']], (m) => m.x),
  rule('extend_s (wrap x) → extend32_s x', ['extend_s', ['wrap', 'x']], (m) => m.add('iextend32_s', I64, m.x)),
  rule('extend32_s (extend_u x) → extend_s x', ['iextend32_s', ['extend_u', 'x']], (m) => m.add('extend_s', I64, m.x)),
  rule('extend32_s (extend_s x) → extend_s x', ['iextend32_s', ['extend_s', 'x']], (m) => m.add('extend_s', I64, m.x)),
  rule('wrap (x + k) → wrap x + k', ['wrap', ['iadd', 'x', 'k']], (m) => m.add('iadd', I32, m.add('wrap', I32, m.x), m.int(I32, m.signed(m.k)))),
  rule('wrap (x & k) → wrap x & k', ['wrap', ['iand', 'x', 'k']], (m) => m.add('iand', I32, m.add('wrap', I32, m.x), m.int(I32, m.signed(m.k)))),
  rule('wrap (extend32_s x) → wrap x', ['wrap', ['iextend32_s', 'x']], (m) => m.add('wrap', I32, m.x)),
  rule('bitcast (bitcast x) → x', ['bitcast', ['bitcast', 'x']], (m) => m.x, (m) => m.type === m.f.type(m.x)),
];
