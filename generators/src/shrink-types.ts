/**
 * Simpler types: without supertypes, outside of recursion groups, with fewer fields. Candidates may be invalid: shrink.ts
 * keeps the valid ones.
 */
import type {Instruction} from '#engine/binary/instructions.ts';
import {expressionOf, immediatesOf} from '#engine/binary/instructions.ts';
import type {Expression, Module} from '#engine/wasm/module.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import type {SubType} from '#engine/wasm/types.ts';
import {instructionsOf} from './renumber.ts';

const {'struct.new': STRUCT_NEW} = Op;

/** The module with types made simpler, the boldest first. */
export function* simplerTypes(module: Module): IterableIterator<Module> {
  const {types, recGroups} = module;
  const isFlat = ({final, supertypes}: SubType): boolean => final && supertypes.length === 0;
  const flat = (type: SubType): SubType => ({...type, final: true, supertypes: []});
  if (!types.every(isFlat)) yield {...module, types: types.map(flat)};
  for (const [k, type] of types.entries()) if (!isFlat(type)) yield {...module, types: types.with(k, flat(type))};
  for (const [k, {start, length}] of recGroups.entries()) {
    if (length < 2) continue;
    const single = Array.from({length}, (_, i) => ({start: start + i, length: 1}));
    yield {...module, recGroups: recGroups.toSpliced(k, 1, ...single)};
  }
  yield* fewerFields(module);
}

/** The module without each field that no instruction names, of a structure that is only made with defaults. */
function* fewerFields(module: Module): IterableIterator<Module> {
  const fieldsNamed = namedFields(module);
  for (const [k, {composite}] of module.types.entries()) {
    if (composite.kind !== 'struct') continue;
    for (const field of composite.fields.keys()) {
      if (fieldsNamed.has(`${k}`) || fieldsNamed.has(`${k}.${field}`)) continue;
      yield withoutField(module, k, field);
    }
  }
}

/** `type.field` for each field that code names, `type` where all are operands of struct.new. */
function namedFields(module: Module): Set<string> {
  const named = new Set<string>();
  for (const {op, values} of allCode(module)) {
    if (op === STRUCT_NEW) named.add(`${values[0]}`);
    else if (immediatesOf(op)[1] === 'field') named.add(`${values[0]}.${values[1]}`);
  }
  return named;
}

function* allCode({bodies, globals, tables, elements}: Module): IterableIterator<Instruction> {
  for (const {code} of bodies) yield* instructionsOf(code);
  for (const {init} of globals) yield* instructionsOf(init);
  for (const {init} of tables) if (init !== null) yield* instructionsOf(init);
  for (const {items} of elements) {
    if (items.kind === 'expressions') for (const expression of items.expressions) yield* instructionsOf(expression);
  }
}

function withoutField(module: Module, type: number, field: number): Module {
  const {composite} = module.types[type]!;
  if (composite.kind !== 'struct') return module;
  const less: SubType = {
    ...module.types[type]!,
    composite: {kind: 'struct', fields: composite.fields.toSpliced(field, 1)},
  };
  const item = ({op, values}: Instruction): Instruction => {
    const isLater = immediatesOf(op)[1] === 'field' && values[0] === type && (values[1] as number) > field;
    return isLater ? {op, values: [type, (values[1] as number) - 1]} : {op, values};
  };
  const code = (expression: Expression): Expression => expressionOf(instructionsOf(expression).map(item));
  return {
    ...module,
    types: module.types.with(type, less),
    bodies: module.bodies.map((body) => ({...body, code: code(body.code)})),
  };
}
