/**
 * Module instances (spec section 4.2.5): index spaces filled with instances of each kind, imports first.
 */
import type {Module} from '../wasm/module.ts';
import type {Tag} from './exception.ts';
import type {Func} from './func.ts';
import type {Global} from './global.ts';
import type {Memory} from './memory.ts';
import type {Table} from './table.ts';
import type {Ref} from './values.ts';

/** What a module imports and exports. */
export type Extern = Func | Table | Memory | Global | Tag;

export class Instance {
  readonly module: Module;
  /** Canonical id of every type index. */
  readonly typeIds: Int32Array;
  readonly funcs: Func[] = [];
  readonly tables: Table[] = [];
  readonly memories: Memory[] = [];
  readonly globals: Global[] = [];
  readonly tags: Tag[] = [];
  /** Contents of segments; emptied when dropped. */
  readonly elements: (readonly Ref[])[] = [];
  readonly data: Uint8Array[] = [];
  readonly exports = new Map<string, Extern>();

  constructor(module: Module, typeIds: Int32Array) {
    this.module = module;
    this.typeIds = typeIds;
  }
}
