/**
 * The door of the interpreter: instantiate modules, call functions. Synchronous; nothing that a program does throws.
 */
import {Unsupported} from '../base/errors.ts';
import type {Func, HostCallback} from '../runtime/func.ts';
import type {Extern, Instance} from '../runtime/instance.ts';
import type {Outcome} from '../runtime/outcome.ts';
import type {Value} from '../runtime/values.ts';
import type {Import, Module} from '../wasm/module.ts';
import type {FuncType} from '../wasm/types.ts';

/** Finds what an import asks for; undefined when there is no such thing (Unlinkable). */
export type Resolve = (wanted: Import) => Extern | undefined;

export interface InvokeOptions {
  /** Instructions that may execute before the call ends as `out-of-fuel`; unlimited when absent. */
  readonly fuel?: number;
}

export interface InstantiateOptions extends InvokeOptions {
  /** Largest memory in bytes; growth beyond it fails. */
  readonly maxMemoryBytes?: number;
  /** Largest table in elements; growth beyond it fails. */
  readonly maxTableElements?: number;
}

/** `outcome` is `return` when instantiation succeeded. The effects of a failed one persist (spec section 4.5.4). */
export interface Instantiation {
  readonly instance: Instance;
  readonly outcome: Outcome;
}

/** Instantiates a valid module, runs its start function. Throws Unlinkable. */
export function instantiate(_module: Module, _resolve: Resolve, _options: InstantiateOptions = {}): Instantiation {
  throw new Unsupported('interpreter');
}

/** Calls a function with one value per parameter, in the form of runtime/values.ts. */
export function invoke(_func: Func, _args: readonly Value[], _options: InvokeOptions = {}): Outcome {
  throw new Unsupported('interpreter');
}

/** A function that the host implements; `type` has no concrete heap types. */
export function hostFunction(_type: FuncType, _callback: HostCallback): Func {
  throw new Unsupported('interpreter');
}
