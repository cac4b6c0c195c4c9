/** What instances in a runner export and import: the client's knowledge of the runner's objects. */
import type {CodePlace} from '#engine/runner/runner.ts';
import type {FuncType, GlobalType, MemoryType, TableType} from '#engine/wasm/types.ts';
import type {ConstValue} from './const-expr.ts';

/** Types inside are canonical (wasm/subtyping.ts), so that they compare across modules. */
export type Extern =
  | {
      readonly kind: 'func';
      readonly handle: number;
      readonly typeId: number;
      readonly type: FuncType;
      readonly entry: CodePlace;
    }
  | {readonly kind: 'table'; readonly handle: number; readonly type: TableType}
  | {readonly kind: 'memory'; readonly handle: number; readonly type: MemoryType}
  | {readonly kind: 'tag'; readonly handle: number; readonly typeId: number}
  /** `value`: of immutable globals, for constant expressions. */
  | {
      readonly kind: 'global';
      readonly handle: number;
      readonly type: GlobalType;
      readonly value: ConstValue | undefined;
    };

/** An instance in the runner: its exports by name, in order. */
export interface AotInstance {
  readonly exports: ReadonlyMap<string, Extern>;
}
