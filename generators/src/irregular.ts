/**
 * Where each irregular instruction comes from: the production that makes it, or null when its feature is not generated
 * yet. The type checker keeps the table complete; coverage.ts expects every row that is not null.
 */
import type {Irregular} from '#engine/wasm/opcodes.ts';

/** The files that make irregular instructions. */
export type Origin = 'expression' | 'control' | 'call' | 'statement' | 'bulk' | 'reference';

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
  'throw': null, 'throw_ref': null, 'try_table': null,
  'try': null, 'catch': null, 'rethrow': null, 'delegate': null, 'catch_all': null,
  'return_call': 'call', 'return_call_indirect': 'call',
  'call_ref': null, 'return_call_ref': null, 'ref.as_non_null': null, 'br_on_null': null, 'br_on_non_null': null,
  'ref.eq': null, 'struct.new': null, 'struct.new_default': null, 'struct.get': null, 'struct.get_s': null, 'struct.get_u': null,
  'struct.set': null, 'array.new': null, 'array.new_default': null, 'array.new_fixed': null, 'array.new_data': null,
  'array.new_elem': null, 'array.get': null, 'array.get_s': null, 'array.get_u': null, 'array.set': null, 'array.len': null,
  'array.fill': null, 'array.copy': null, 'array.init_data': null, 'array.init_elem': null, 'ref.test': null,
  'ref.test_null': null, 'ref.cast': null, 'ref.cast_null': null, 'br_on_cast': null, 'br_on_cast_fail': null,
  'any.convert_extern': null, 'extern.convert_any': null, 'ref.i31': null, 'i31.get_s': null, 'i31.get_u': null,
} as const satisfies Record<Irregular, Origin | null>;
