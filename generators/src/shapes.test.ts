/** Shapes of modules that no instruction shows: what is shared, typed and initialised. */
import {ok} from 'node:assert/strict';
import {it} from 'node:test';
import {decode} from '#engine/binary/decode.ts';
import type {Module} from '#engine/wasm/module.ts';
import {tableTypes} from '#engine/wasm/module.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import {heapOf, isNullable} from '#engine/wasm/types.ts';
import {generateCase, generatedFeatures} from './index.ts';
import {instructionsOf} from './renumber.ts';

const isTyped = (index: number, module: Module): boolean => heapOf(tableTypes(module)[index]!.element) >= 0;

const usesTyped = (module: Module, op: number, at: number): boolean =>
  module.bodies.some(({code}) =>
    instructionsOf(code).some((item) => item.op === op && isTyped(item.values[at] as number, module)),
  );

/** What must occur, and how it is recognised. */
const shapes: Readonly<Record<string, (module: Module) => boolean>> = {
  'a table whose elements an expression initialises': ({tables}) => tables.some(({init}) => init !== null),
  'a table of references that are never null': ({tables}) => tables.some(({type}) => !isNullable(type.element)),
  'a typed table with 64-bit indices': ({tables}) =>
    tables.some(({type, init}) => init !== null && type.address === 'i64'),
  'an imported typed table': ({imports}) =>
    imports.some(({type}) => type.kind === 'table' && heapOf(type.table.element) >= 0),
  'an imported tag that is exported again': ({imports, exports}) =>
    imports.some(({type}) => type.kind === 'tag') && exports.some(({kind, index}) => kind === 'tag' && index === 0),
  'a tag beside an imported one': ({imports, tags}) => tags.length > 0 && imports.some(({type}) => type.kind === 'tag'),
  'an element segment of expressions': ({elements}) => elements.some(({items}) => items.kind === 'expressions'),
  'a call through a typed table': (module) => usesTyped(module, Op.call_indirect, 1),
  'a tail call through a typed table': (module) => usesTyped(module, Op.return_call_indirect, 1),
  'a read of a typed table': (module) => usesTyped(module, Op['table.get'], 0),
  'a write to a typed table': (module) => usesTyped(module, Op['table.set'], 0),
  'a typed table that grows': (module) => usesTyped(module, Op['table.grow'], 0),
  'a typed table filled from a segment': (module) => usesTyped(module, Op['table.init'], 1),
};

it('modules take every shape within 800 cases', () => {
  const missing = new Set(Object.keys(shapes));
  for (let index = 0; index < 800 && missing.size > 0; index++) {
    const {modules} = generateCase('c0ffee0000000000', index, {features: generatedFeatures});
    for (const module of modules.map((bytes) => decode(bytes)))
      for (const name of missing) if (shapes[name]!(module)) missing.delete(name);
  }
  ok(missing.size === 0, [...missing].join());
});
