/**
 * Function instances: defined by a module, or by the host. One class, so that call sites see one shape.
 */
import type {FuncType} from '../wasm/types.ts';
import type {Instance} from './instance.ts';
import type {TypeId} from './types.ts';
import type {Value} from './values.ts';

/**
 * A host function: raw bits in, raw bits out, one value per parameter and result. It may call back into any instance.
 * It traps by `trap('host')` (base/trap.ts) and raises a wasm exception by throwing an ExnInstance.
 */
export type HostCallback = (args: readonly Value[]) => readonly Value[];

export class Func {
  readonly type: FuncType;
  readonly typeId: TypeId;
  /** The defining instance and the index there; null and -1 for host functions. */
  readonly instance: Instance | null;
  readonly index: number;
  readonly host: HostCallback | null;
  /** The prepared body, by preparation mode; owned by the interpreter. */
  readonly prepared: unknown[] = [];
  constructor(type: FuncType, typeId: TypeId, instance: Instance | null, index: number, host: HostCallback | null) {
    this.type = type;
    this.typeId = typeId;
    this.instance = instance;
    this.index = index;
    this.host = host;
  }
}
