/**
 * Appends the ops that make one instance of a compiled module: vmctx, its pointers, inline cells and FuncRefs, type ids.
 * Segments, global values and the start function are the caller's.
 */
import {assert} from '#engine/base/assert.ts';
import {
  functionPlace,
  globalPlace,
  type InstanceLayout,
  memoryBaseOffset,
  memoryDescOffset,
  tableDescOffset,
  tagOffset,
  typeDescOffset,
  typeIdOffset,
} from '#engine/runtime/layout.ts';
import type {Batch, FieldWrite} from './batch.ts';

export interface LinkPlan {
  readonly layout: InstanceLayout;
  readonly instance: number;
  readonly code: number;
  /** Handles per index space, imports first; memories and tables of both kinds must exist before. */
  readonly memories: readonly number[];
  readonly tables: readonly number[];
  readonly importedGlobals: readonly number[];
  readonly importedFunctions: readonly number[];
  /** Own globals get handles firstGlobal, firstGlobal + 1, ...; true for reference types. */
  readonly firstGlobal: number;
  readonly globalIsRef: readonly boolean[];
  /** Own functions get handles firstFunction, ...; code offsets and canonical type ids in order. */
  readonly firstFunction: number;
  readonly codeOffsets: ArrayLike<number>;
  readonly functionTypeIds: ArrayLike<number>;
  /** Canonical type id per type index; the types have been told. */
  readonly typeIds: ArrayLike<number>;
  /** Handles of all tags, imports first. */
  readonly tags: readonly number[];
  readonly dataSegments: number;
  readonly elemSegments: number;
}

/** Appends the ops of the plan to the batch. */
export function linkInstance(batch: Batch, plan: LinkPlan): void {
  const {layout, instance, memories, tables, dataSegments, elemSegments} = plan;
  const {counts} = layout;
  assert(
    counts.memories === memories.length && counts.tables === tables.length,
    'memories and tables match the layout',
  );
  assert(counts.globals === plan.globalIsRef.length && counts.functions === plan.codeOffsets.length, 'own items match');
  assert(counts.importedGlobals === plan.importedGlobals.length, 'imported globals match the layout');
  assert(counts.importedFunctions === plan.importedFunctions.length, 'imported functions match the layout');
  batch.instance(instance, {vmctxSize: layout.size, memories, tables, dataSegments, elemSegments});
  const fields = pointerFields(plan);
  if (fields.length > 0) batch.fields(instance, fields);
  if (counts.globals > 0) batch.globalsAt(instance, layout.globals, plan.firstGlobal, plan.globalIsRef);
  if (counts.functions > 0) {
    const {firstFunction: first, code, codeOffsets, functionTypeIds: typeIds} = plan;
    batch.functionsAt({instance, offset: layout.functions, first, code, codeOffsets, typeIds});
  }
}

function pointerFields(plan: LinkPlan): FieldWrite[] {
  const {layout} = plan;
  const fields: FieldWrite[] = [];
  plan.memories.forEach((value, i) => {
    fields.push({kind: 'memoryBase', offset: memoryBaseOffset(layout, i), value});
    fields.push({kind: 'memoryDesc', offset: memoryDescOffset(layout, i), value});
  });
  plan.tables.forEach((value, i) => {
    fields.push({kind: 'tableDesc', offset: tableDescOffset(layout, i), value});
  });
  plan.importedGlobals.forEach((value, i) => {
    fields.push({kind: 'globalCell', offset: globalPlace(layout, i).offset, value});
  });
  plan.importedFunctions.forEach((value, i) => {
    fields.push({kind: 'funcRef', offset: functionPlace(layout, i).offset, value});
  });
  plan.tags.forEach((value, i) => {
    fields.push({kind: 'tag', offset: tagOffset(layout, i), value});
  });
  for (let i = 0; i < layout.counts.types; i++) {
    fields.push({kind: 'u32', offset: typeIdOffset(layout, i), value: plan.typeIds[i]!});
    fields.push({kind: 'typeDesc', offset: typeDescOffset(layout, i), value: plan.typeIds[i]!});
  }
  return fields;
}
