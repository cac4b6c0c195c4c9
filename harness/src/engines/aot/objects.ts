/**
 * Objects that constant expressions make: each becomes an op of the batch, under a handle of ours, and lives until reset.
 * All of them are guarded: an array that is too large traps, and the rest of the instantiation is left out.
 */
import type {Batch, TypeSpec, WireRef} from '#engine/runner/runner.ts';
import {nullRef, objectRef} from '#engine/runner/runner.ts';
import {HeapObject} from '#engine/runtime/layout.ts';
import {storageBytes, structLayout} from '#engine/runtime/object-layout.ts';
import type {Module} from '#engine/wasm/module.ts';
import {canonicalType} from '#engine/wasm/subtyping.ts';
import {type FieldType, isRef} from '#engine/wasm/types.ts';
import type {ConstObjects, ConstValue} from './const-expr.ts';
import type {AotModule, Handles} from './linker.ts';

const GUARDED = {guarded: true};

/** A canonical type as the runner wants it. */
function typeSpec(id: number): TypeSpec {
  const {composite, ancestors: supertypes} = canonicalType(id);
  switch (composite.kind) {
    case 'func':
      return {kind: 'func', bytes: 0, supertypes, references: []};
    case 'struct': {
      const {bytes, references} = structLayout(composite.fields);
      return {kind: 'struct', bytes, supertypes, references};
    }
    case 'array': {
      const {type} = composite.element;
      return {kind: 'array', bytes: storageBytes(type), supertypes, references: isRef(type) ? [0] : []};
    }
  }
}

/** Tells the runner the types of a module that it does not know yet. */
export function defineTypes(batch: Batch, handles: Handles, {typeIds}: AotModule): void {
  for (const id of typeIds) {
    if (handles.types.has(id)) continue;
    handles.types.add(id);
    batch.type(id, typeSpec(id));
  }
}

/** The bytes of a number in an object. */
function writeNumber(view: DataView, offset: number, bytes: number, low: bigint, high: bigint): void {
  for (let i = 0; i < Math.min(bytes, 8); i++) view.setUint8(offset + i, Number((low >> BigInt(8 * i)) & 0xffn));
  if (bytes === 16) view.setBigUint64(offset + 8, high, true);
}

const refOf = (value: ConstValue): WireRef => ('ref' in value ? value.ref : nullRef);

function writeStruct(
  fields: readonly FieldType[],
  values: readonly ConstValue[],
): {bytes: Uint8Array; refs: WireRef[]} {
  const {offsets, bytes: size} = structLayout(fields);
  const bytes = new Uint8Array(size - HeapObject.fields);
  const view = new DataView(bytes.buffer);
  const refs: WireRef[] = [];
  fields.forEach(({type}, i) => {
    const value = values[i]!;
    if ('ref' in value) refs.push(value.ref);
    else writeNumber(view, offsets[i]! - HeapObject.fields, storageBytes(type), value.low, value.high);
  });
  return {bytes, refs};
}

/** What makes the objects of one module's expressions; their ops are added to `guarded`. */
export function constObjects(
  batch: Batch,
  handles: Handles,
  {module, typeIds}: AotModule,
  guarded: number[],
): ConstObjects {
  const made = (handle: number): ConstValue => ({ref: objectRef(handle)});
  return {
    fields: (type) => fieldsOf(module, type),
    struct: (type, values) => {
      const handle = handles.take('object');
      const {bytes, refs} = writeStruct(fieldsOf(module, type), values);
      guarded.push(batch.structNew(handle, typeIds[type]!, bytes, refs, GUARDED));
      return made(handle);
    },
    array: (type, length, values) => {
      const handle = handles.take('object');
      const halves = values.map((value) =>
        'low' in value ? ([value.low, value.high] as const) : ([refOf(value), 0n] as const),
      );
      guarded.push(batch.arrayNew(handle, typeIds[type]!, length, halves, GUARDED));
      return made(handle);
    },
  };
}

function fieldsOf({types}: Module, type: number): readonly FieldType[] {
  const {composite} = types[type]!;
  return composite.kind === 'struct' ? composite.fields : [];
}
