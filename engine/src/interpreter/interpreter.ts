/**
 * The door of the interpreter: instantiate modules, call functions. Synchronous; nothing that a program does throws.
 */
import {assert} from '../base/assert.ts';
import {Trap} from '../base/trap.ts';
import {trapName} from '../base/traps.ts';
import type {RelaxedProfile} from '../numeric/relaxed-profile.ts';
import {ExnInstance} from '../runtime/exception.ts';
import {Func, type HostCallback} from '../runtime/func.ts';
import type {Instance} from '../runtime/instance.ts';
import {initialise, link, type Resolve, type Sizes} from '../runtime/instantiate.ts';
import {type Outcome, returned} from '../runtime/outcome.ts';
import {hasForm, type Value} from '../runtime/values.ts';
import {emptyModule, type Module} from '../wasm/module.ts';
import {typeIds} from '../wasm/subtyping.ts';
import type {FuncType} from '../wasm/types.ts';
import {callHost} from './host-call.ts';
import {MAX_NESTING, Mode, machine} from './machine.ts';
import {run} from './run.ts';
import {readValues, refCount, wordCount, writeValues} from './slots.ts';
import type {TraceListener} from './trace.ts';

export type {Resolve} from '../runtime/instantiate.ts';

export interface InvokeOptions {
  /** Instructions that may execute before the call ends as `out-of-fuel`; unlimited when absent. */
  readonly fuel?: number;
  /** Counts how often each instruction executes (profile.ts reads it). Not together with `fuel`. */
  readonly profile?: boolean;
  /** Is told what every instruction consumes and produces. Not together with the others. */
  readonly trace?: TraceListener;
}

export interface InstantiateOptions extends InvokeOptions, Sizes {}

/** `outcome` is `return` when instantiation succeeded. The effects of a failed one persist (spec section 4.5.4). */
export interface Instantiation {
  readonly instance: Instance;
  readonly outcome: Outcome;
}

/** How what running code threw ends a call; what is no end of a call is thrown on. */
function outcomeOf(error: unknown, offset: number | null): Outcome {
  if (error instanceof ExnInstance) return {kind: 'exception', exception: error};
  // The JS stack, which calls through the host use, is a call stack too.
  if (error instanceof RangeError && error.message.includes('call stack')) return {kind: 'exhaustion', offset};
  if (!(error instanceof Trap)) throw error;
  const trap = trapName(error.code);
  assert(trap !== undefined, `trap code ${error.code}`);
  if (trap === 'stack-overflow') return {kind: 'exhaustion', offset};
  if (trap === 'out-of-fuel') return {kind: 'out-of-fuel', offset};
  return {kind: 'trap', trap, offset: error.offset ?? offset};
}

function modeOf({fuel, profile, trace}: InvokeOptions): Mode {
  if (trace !== undefined) return Mode.traced;
  if (fuel !== undefined) return Mode.metered;
  return profile === true ? Mode.counted : Mode.plain;
}

/**
 * Instantiates a valid module and runs its start function. Throws Unlinkable, RangeError where an initial memory or table
 * is above the limits, and Unsupported.
 */
export function instantiate(module: Module, resolve: Resolve, options: InstantiateOptions = {}): Instantiation {
  const instance = linkOrRefuse(module, resolve, options);
  try {
    initialise(instance);
  } catch (error) {
    return {instance, outcome: outcomeOf(error, null)};
  }
  if (module.start === null) return {instance, outcome: returned};
  return {instance, outcome: invoke(instance.funcs[module.start]!, [], options)};
}

/** A constant expression can trap only by asking for an array that is too large: no instance is there to have trapped. */
function linkOrRefuse(module: Module, resolve: Resolve, sizes: Sizes): Instance {
  try {
    return link(module, resolve, sizes);
  } catch (error) {
    if (error instanceof Trap) throw new RangeError(trapName(error.code));
    throw error;
  }
}

/**
 * Calls a function with one value per parameter, in the form of runtime/values.ts. A call from inside a host function
 * shares fuel, profile and trace of the call that it is part of when it has none of its own.
 */
export function invoke(func: Func, args: readonly Value[], options: InvokeOptions = {}): Outcome {
  const {params, results} = func.type;
  assert(args.length === params.length, `${args.length} arguments for ${params.length} parameters`);
  params.forEach((type, i) => assert(hasForm(args[i]!, type), `argument ${i}`));
  const m = machine;
  const wanted = modeOf(options);
  if (m.nesting > 0 && wanted === Mode.plain) return enter(func, args, results);
  const {mode, fuel, listener} = m;
  if (m.nesting === 0) m.reclaimCode();
  m.mode = wanted;
  m.fuel = options.fuel ?? 0;
  m.listener = options.trace ?? null;
  try {
    return enter(func, args, results);
  } finally {
    m.mode = mode;
    m.fuel = fuel;
    m.listener = listener;
  }
}

function enter(func: Func, args: readonly Value[], results: FuncType['results']): Outcome {
  const m = machine;
  const {top, refTop, instance, depth} = m;
  // Host calls nest on the JS stack: they stop before it does.
  if (m.nesting >= MAX_NESTING || top + wordCount(func.type.params) > m.limit)
    return {kind: 'exhaustion', offset: null};
  m.failedAt = null;
  try {
    m.reserveRefs(refTop + refCount(results));
    writeValues(m, func.type.params, top, refTop, args);
    if (func.host === null) run(func, top, refTop);
    else callHost(func, top, refTop);
    return {kind: 'return', values: readValues(m, results, top, refTop)};
  } catch (error) {
    return outcomeOf(error, m.failedAt);
  } finally {
    m.instance = instance;
    m.depth = depth;
  }
}

/**
 * Makes relaxed vector instructions do from now on what the profile says, and what is deterministic where it says nothing:
 * for comparing with an engine that has chosen otherwise (numeric/relaxed-profile.ts finds out). Not while code runs.
 */
export function chooseRelaxed(profile: RelaxedProfile): void {
  assert(machine.nesting === 0, 'no code is running');
  machine.chooseRelaxed(profile);
}

/** A function that the host implements; `type` has no concrete heap types. */
export function hostFunction(type: FuncType, callback: HostCallback): Func {
  const id = typeIds({
    ...emptyModule,
    types: [{final: true, supertypes: [], composite: type}],
    recGroups: [{start: 0, length: 1}],
  })[0]!;
  return new Func(type, id, null, -1, callback);
}
