/**
 * Test support: an engine that lies around a true one, to prove that the runner notices.
 */
import type {WireValue} from '#engine/base/wire-value.ts';
import type {FeatureSet} from '#engine/wasm/features.ts';
import type {Compiled, Engine, Instance, Instantiation, Lookup, Session} from '#harness/engines/engine.ts';
import type {CallOutcome, Observation} from '#harness/engines/observation.ts';

export interface Lies {
  /** What is shown of a call. */
  readonly outcome?: (truth: CallOutcome) => CallOutcome;
  readonly global?: (truth: WireValue) => WireValue;
  /** Every module compiles and every import is found. */
  readonly acceptsAll?: true;
}

const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

class LyingSession implements Session {
  readonly #truth: Session;
  readonly #lies: Lies;

  constructor(truth: Session, lies: Lies) {
    this.#truth = truth;
    this.#lies = lies;
  }

  compile(bytes: Uint8Array): Compiled {
    try {
      return this.#truth.compile(bytes);
    } catch (error) {
      if (this.#lies.acceptsAll) return this.#truth.compile(EMPTY);
      throw error;
    }
  }

  instantiate(compiled: Compiled, lookup: Lookup): Instantiation {
    const result = this.#truth.instantiate(compiled, lookup);
    if (result.kind === 'unlinkable' && this.#lies.acceptsAll)
      return this.#truth.instantiate(this.#truth.compile(EMPTY), lookup);
    if (result.kind !== 'failed') return result;
    const outcome = this.#lies.outcome?.(result.outcome) ?? result.outcome;
    if (outcome.kind === 'return') return this.#truth.instantiate(this.#truth.compile(EMPTY), lookup);
    return {kind: 'failed', outcome};
  }

  invoke(instance: Instance, name: string, args: readonly WireValue[]): CallOutcome {
    const truth = this.#truth.invoke(instance, name, args);
    return this.#lies.outcome?.(truth) ?? truth;
  }

  readGlobal(instance: Instance, name: string): WireValue {
    const truth = this.#truth.readGlobal(instance, name);
    return this.#lies.global?.(truth) ?? truth;
  }

  close(): void {
    this.#truth.close();
  }
}

export class LyingEngine implements Engine {
  readonly key;
  readonly family;
  readonly lost = false;
  readonly version;
  readonly features;
  readonly #truth: Engine;
  readonly #lies: Lies;

  constructor(truth: Engine, lies: Lies) {
    ({key: this.key, family: this.family, version: this.version, features: this.features} = truth);
    this.#truth = truth;
    this.#lies = lies;
  }

  session(features: FeatureSet): Session {
    return new LyingSession(this.#truth.session(features), this.#lies);
  }

  runCase(...args: Parameters<Engine['runCase']>): Observation {
    return this.#truth.runCase(...args);
  }

  close(): void {}
}
