/**
 * Our AOT compiler behind the interface of an engine: compiles in this thread, runs in a runner process. A wild fault
 * marks the engine lost: its runner must be replaced.
 */
import {closeSync} from 'node:fs';
import {Bug} from '#engine/base/assert.ts';
import {Malformed, Unlinkable, Unsupported, WasmError} from '#engine/base/errors.ts';
import type {Target} from '#engine/compiler/backend/target.ts';
import {compileModule} from '#engine/compiler/compile.ts';
import type {Image} from '#engine/compiler/image.ts';
import {Batch, Runner, type RunnerChannel, RunnerDied} from '#engine/runner/runner.ts';
import {CpuFeature} from '#engine/runtime/layout.ts';
import {load} from '#engine/valid/load.ts';
import {type Feature, type FeatureSet, supported, wasm3, withFeatures} from '#engine/wasm/features.ts';
import type {Case} from '#generators/case.ts';
import type {Clock} from '../../clock.ts';
import type {CaseOptions, Engine, Session, ThreadWorld} from '../engine.ts';
import {type EngineKey, engineKeys} from '../keys.ts';
import type {Observation} from '../observation.ts';
import {type AotOptions, describeAotOptions} from '../options.ts';
import {compileOptions, featureBits, targetOf} from './compile-options.ts';
import {type AotModule, aotModule, Handles} from './linker.ts';
import {runAotCase} from './run-case.ts';
import {AotSession} from './session.ts';

/** What the compiler supports; grows with it. Modules that use more are unsupported by the feature's name. */
const missing: readonly Feature[] = ['legacy-exceptions'];
/** What it has beyond WebAssembly 3.0. */
const proposals: readonly Feature[] = ['wide-arithmetic', 'custom-page-sizes', 'threads'];
export const aotFeatures: FeatureSet = withFeatures(wasm3, proposals, missing);

export interface AotWorld {
  readonly channel: RunnerChannel;
  readonly clock: Clock;
  readonly options: AotOptions;
  /** Code that was compiled before, of exactly this array of bytes. */
  readonly precompiled?: Precompiled | undefined;
}

export interface Precompiled {
  readonly bytes: Uint8Array;
  readonly image: Image;
  /** CPU features that the code may use: bits `1 << CpuFeature`. */
  readonly features: number;
}

/** Version of the compiler for the store: the tool's version and the options. */
export const aotVersion = (toolVersion: string, options: AotOptions): string =>
  `${toolVersion} ${describeAotOptions(options)}`;

class AotEngine implements Engine {
  readonly key: EngineKey;
  readonly family: string;
  readonly version: string;
  readonly features = aotFeatures;
  readonly timings = {compile: 0, validate: 0};
  lost = false;
  readonly #world: AotWorld;
  readonly #runner: Runner;
  readonly #target: Target;
  /** CPU features of the machine that runs the code. */
  readonly #features: number;
  readonly #batch = new Batch();
  readonly #handles = new Handles();
  readonly #images = new Map<number, Image>();
  #rules: string[] = [];
  /** Channels to the runner's threads that the present session started. */
  readonly #threads: RunnerChannel[] = [];

  constructor(key: 'aot-x64' | 'aot-arm64', version: string, world: AotWorld) {
    this.key = key;
    this.family = engineKeys[key].family;
    this.version = version;
    this.#world = world;
    this.#runner = new Runner(world.channel);
    this.#target = targetOf(key);
    this.#features = featureBits(this.#runner.hello().cpuFeatures);
  }

  allowedRules(): readonly string[] {
    return this.#rules;
  }

  session(features: FeatureSet): Session {
    const compile = (bytes: Uint8Array): AotModule => this.#compile(bytes, features);
    return new AotSession({
      compile,
      runner: this.#runner,
      heap: {stress: this.#world.options.gcStress === true},
      endThreads: () => this.#closeThreads(),
      onWild: () => {
        this.lost = true;
      },
    });
  }

  runCase(testCase: Case, {timeoutMs}: CaseOptions): Observation {
    this.#rules = [];
    try {
      const modules = testCase.modules.map((bytes) => this.#compile(bytes, supported));
      const send = (batch: Batch) => this.#runner.run(batch);
      const observation = runAotCase(testCase, modules, {
        batch: this.#batch,
        handles: this.#handles,
        images: this.#images,
        send,
        timeoutMs,
        heap: {stress: this.#world.options.gcStress === true},
      });
      if (crashed(observation)) this.lost = true;
      return observation;
    } catch (error) {
      return this.#explain(error);
    }
  }

  #compile(bytes: Uint8Array, features: FeatureSet): AotModule {
    const {clock, options, precompiled} = this.#world;
    const began = clock.monotonic();
    const module = load(bytes, features);
    const loaded = clock.monotonic();
    if (precompiled?.bytes === bytes) return aotModule(module, this.#runnable(precompiled));
    const {image, decisions} = compileModule(module, compileOptions(this.#target, options, this.#features));
    this.timings.validate += (loaded - began) * 1000;
    this.timings.compile += (clock.monotonic() - loaded) * 1000;
    for (const {rule} of decisions) this.#rules.push(rule);
    return aotModule(module, image);
  }

  /** The image of a module that was compiled before. Throws Unsupported where this machine cannot run it. */
  #runnable({image, features}: Precompiled): Image {
    if (image.target !== this.#target.name) throw new Unsupported(`code for ${image.target}`);
    const names = Object.keys(CpuFeature) as (keyof typeof CpuFeature)[];
    const absent = names.filter((name) => ((features & ~this.#features) >>> CpuFeature[name]) & 1);
    if (absent.length > 0) throw new Unsupported(`code that needs the CPU features ${absent.join(', ')}`);
    return image;
  }

  #explain(error: unknown): Observation {
    if (error instanceof RunnerDied) {
      this.lost = true;
      return {status: 'crash', detail: 'the runner died'};
    }
    if (error instanceof Unsupported) return {status: 'unsupported', feature: error.feature};
    if (error instanceof Unlinkable) return {status: 'unlinkable', message: error.message};
    if (error instanceof WasmError && !(error instanceof Bug))
      return {
        status: 'rejected',
        error: error instanceof Malformed ? 'malformed' : 'invalid',
        message: error.message,
        offset: error.offset,
      };
    throw error;
  }

  close(): void {}

  forThread(): ThreadWorld {
    const channel = this.#runner.startThread(this.#threads.length + 1);
    this.#threads.push(channel);
    return {aot: this.#world.options, channel};
  }

  /** Descriptors belong to the thread of Node that opened them, so that we close them and not their users. */
  #closeThreads(): void {
    for (const {readFd, writeFd} of this.#threads.splice(0)) for (const fd of [readFd, writeFd]) closeSync(fd);
  }
}

function crashed(observation: Observation): boolean {
  if (observation.status !== 'ran') return observation.status === 'crash';
  return [observation.instantiation, ...observation.calls.map(({outcome}) => outcome)].some(
    ({kind}) => kind === 'crash',
  );
}

/** Opens an AOT engine on a runner; the runner stays the caller's. */
export function openAotEngine(key: 'aot-x64' | 'aot-arm64', version: string, world: AotWorld): Engine {
  return new AotEngine(key, version, world);
}
