/**
 * Optimization fuel: every optional decision of the compiler (a rewrite, a fold, a fused lowering, a split) has a stable
 * rule name and asks `allow` before it is taken. With a limit of N the first N are granted, in an order that depends on
 * the input alone: the smallest N that makes a module misbehave names the guilty rule. Rules and passes can also be
 * switched off by name.
 */
import {assert} from '#engine/base/assert.ts';

declare const ruleBrand: unique symbol;
/** Dense number of a rule within this process; its name is what is stable. 0 is `translation`: what is not optional. */
export type RuleId = number & {readonly [ruleBrand]: true};

const names: string[] = ['translation'];
const ids = new Map<string, RuleId>([['translation', 0 as RuleId]]);
export const TRANSLATION = 0 as RuleId;

/** Registers a rule at load; each name is registered once. Names read `place: identity`, for instance `fold: constant`. */
export function defineRule(name: string): RuleId {
  assert(!ids.has(name), `rule ${name} is defined twice`);
  const id = (names.push(name) - 1) as RuleId;
  ids.set(name, id);
  return id;
}

export const ruleName = (id: number): string => names[id] ?? `rule ${id}`;

/** Names of all rules that are loaded, sorted. */
export function ruleNames(): string[] {
  return [...names].sort();
}

export interface FuelOptions {
  /** Decisions to grant; undefined: all. */
  readonly limit?: number | undefined;
  /** Names of rules that are never granted. */
  readonly disabledRules?: readonly string[] | undefined;
  /** Names of passes that do not run. */
  readonly disabledPasses?: readonly string[] | undefined;
  /** Keep the list of granted decisions for `report`. */
  readonly record?: boolean | undefined;
}

/** A granted decision: the n-th of the compilation (from 1), where, and which rule. */
export interface Decision {
  readonly n: number;
  readonly functionIndex: number;
  readonly rule: string;
}

export class Fuel {
  readonly #limit: number;
  readonly #disabled: Uint8Array;
  readonly #disabledPasses: ReadonlySet<string>;
  readonly #record: boolean;
  readonly #functions: number[] = [];
  readonly #rules: number[] = [];
  #spent = 0;
  #functionIndex = 0;

  /** Throws RangeError when a disabled rule does not exist. */
  constructor(options: FuelOptions = {}) {
    this.#limit = options.limit ?? Number.POSITIVE_INFINITY;
    this.#record = options.record ?? false;
    this.#disabledPasses = new Set(options.disabledPasses);
    this.#disabled = new Uint8Array(names.length);
    for (const name of options.disabledRules ?? []) {
      const id = ids.get(name);
      if (id === undefined) throw new RangeError(`no rule is named ${JSON.stringify(name)}`);
      this.#disabled[id] = 1;
    }
  }

  /** Function that the following decisions belong to. */
  enter(functionIndex: number): void {
    this.#functionIndex = functionIndex;
  }

  /** Whether an optional decision may be taken now; counts it when so. */
  allow(rule: RuleId): boolean {
    if (this.#disabled[rule] === 1 || this.#spent >= this.#limit) return false;
    this.#spent++;
    if (this.#record) {
      this.#functions.push(this.#functionIndex);
      this.#rules.push(rule);
    }
    return true;
  }

  allowsPass(name: string): boolean {
    return !this.#disabledPasses.has(name);
  }

  /** Decisions granted so far. */
  get spent(): number {
    return this.#spent;
  }

  report(): Decision[] {
    return this.#rules.map((rule, i) => ({n: i + 1, functionIndex: this.#functions[i]!, rule: ruleName(rule)}));
  }
}
