/**
 * What the front end needs to know of a module while it translates bodies, worked out once per module: types, signature
 * ids, places in the vmctx.
 */
import {type InstanceLayout, instanceLayout} from '#engine/runtime/layout.ts';
import {
  funcTypeAt,
  functionTypeIndices,
  globalTypes,
  importsOf,
  type Module,
  memoryTypes,
  tableTypes,
  tagTypes,
} from '#engine/wasm/module.ts';
import {typeIds} from '#engine/wasm/subtyping.ts';
import type {FuncType, GlobalType, MemoryType, TableType} from '#engine/wasm/types.ts';
import {Signatures} from '../ir/types.ts';

export interface Facts {
  readonly module: Module;
  readonly layout: InstanceLayout;
  /** Canonical type id by type index; equal modules may get other ids, so that none may reach the code. */
  readonly typeIds: Int32Array;
  readonly signatures: Signatures;
  /** Function type by type index, null for other types. */
  readonly funcTypes: readonly (FuncType | null)[];
  /** Signature id by type index, -1 for other types. */
  readonly typeSignatures: Int32Array;
  /** Type index of every function, imports first. */
  readonly functionTypes: readonly number[];
  readonly importedFunctions: number;
  readonly globals: readonly GlobalType[];
  readonly memories: readonly MemoryType[];
  readonly tables: readonly TableType[];
  /** Function types of the tags, whose parameters are the payload. */
  readonly tagTypes: readonly FuncType[];
}

/** Facts of a valid module. Throws Unsupported. */
export function moduleFacts(module: Module): Facts {
  const signatures = new Signatures();
  const funcTypes = module.types.map(({composite}) => (composite.kind === 'func' ? composite : null));
  const [globals, memories, tables] = [globalTypes(module), memoryTypes(module), tableTypes(module)];
  const importedFunctions = importsOf(module, 'func').length;
  const tags = tagTypes(module);
  const importedGlobals = importsOf(module, 'global').length;
  return {
    module,
    signatures,
    funcTypes,
    typeIds: typeIds(module),
    importedFunctions,
    globals,
    memories,
    tables,
    tagTypes: tags.map(({type}) => funcTypeAt(module, type)),
    typeSignatures: Int32Array.from(funcTypes, (type) =>
      type === null ? -1 : signatures.ofWasm(type.params, type.results),
    ),
    functionTypes: functionTypeIndices(module),
    layout: instanceLayout({
      memories: memories.length,
      tables: tables.length,
      importedGlobals,
      globals: module.globals.length,
      importedFunctions,
      functions: module.functions.length,
      types: module.types.length,
      tags: tags.length,
    }),
  };
}

/** Whether addresses of this memory are 32 bits and its guard makes checks unnecessary (native/README.md). */
export const isGuarded = (memory: MemoryType): boolean => memory.address === 'i32' && memory.pageSizeLog2 === 16;
