/**
 * Where each irregular instruction comes from: the production that makes it, or null when its feature is not generated
 * yet. The type checker keeps the table complete; coverage.ts expects every row that is not null.
 */
import type {Irregular} from '#engine/wasm/opcodes.ts';

/** The files that make irregular instructions. */
export type Origin = 'expression' | 'control' | 'call' | 'statement' | 'bulk' | 'reference' | 'aggregate';

// biome-ignore format: a table
export const irregular = {
  'unreachable': 'control', 'block': 'control', 'loop': 'control', 'if': 'control', 'else': 'control', 'end': 'control',
  'br': 'control', 'br_if': 'control', 'br_table': 'control', 'return': 'control',
  'call': 'call', 'call_indirect': 'call',
  'drop': 'statement', 'select': 'expression', 'select_t': 'reference',
  'local.get': 'expression', 'local.set': 'statement', 'local.tee': 'expression',
  'global.get': 'expression', 'global.set': 'statement',
  'memory.size': 'bulk', 'memory.grow': 'bulk',
  'memory.init': 'bulk', 'data.drop': 'bulk', 'memory.copy': 'bulk', 'memory.fill': 'bulk',
  'table.init': 'bulk', 'elem.drop': 'bulk', 'table.copy': 'bulk', 'table.grow': 'bulk', 'table.size': 'bulk', 'table.fill': 'bulk',
  'table.get': 'reference', 'table.set': 'reference', 'ref.null': 'reference', 'ref.is_null': 'reference', 'ref.func': 'reference',
  'throw': 'control', 'throw_ref': 'control', 'try_table': 'control',
  'try': null, 'catch': null, 'rethrow': null, 'delegate': null, 'catch_all': null,
  'return_call': 'call', 'return_call_indirect': 'call',
  'call_ref': 'call', 'return_call_ref': 'call', 'ref.as_non_null': 'aggregate', 'br_on_null': 'aggregate', 'br_on_non_null': 'aggregate',
  'ref.eq': 'aggregate', 'struct.new': 'aggregate', 'struct.new_default': 'aggregate', 'struct.get': 'aggregate', 'struct.get_s': 'aggregate', 'struct.get_u': 'aggregate',
  'struct.set': 'aggregate', 'array.new': 'aggregate', 'array.new_default': 'aggregate', 'array.new_fixed': 'aggregate', 'array.new_data': 'aggregate',
  'array.new_elem': 'aggregate', 'array.get': 'aggregate', 'array.get_s': 'aggregate', 'array.get_u': 'aggregate', 'array.set': 'aggregate', 'array.len': 'aggregate',
  'array.fill': 'aggregate', 'array.copy': 'aggregate', 'array.init_data': 'aggregate', 'array.init_elem': 'aggregate', 'ref.test': 'aggregate',
  'ref.test_null': 'aggregate', 'ref.cast': 'aggregate', 'ref.cast_null': 'aggregate', 'br_on_cast': 'aggregate', 'br_on_cast_fail': 'aggregate',
  'any.convert_extern': 'aggregate', 'extern.convert_any': 'aggregate', 'ref.i31': 'aggregate', 'i31.get_s': 'aggregate', 'i31.get_u': 'aggregate',
} as const satisfies Record<Irregular, Origin | null>;
