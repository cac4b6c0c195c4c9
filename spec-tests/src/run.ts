/**
 * What the commands of a script mean, on any engine. One ScriptRun per file: instances, registered names and spectest are
 * its own. A module that could not be made takes the commands that need it along: as `unsupported` with its feature, or as
 * `skip`. Nothing that an engine does ends the run; a Bug of an adapter is a `crash` of that command.
 */
import {once} from 'node:events';
import {setTimeout} from 'node:timers/promises';
import {Worker} from 'node:worker_threads';
import {Unsupported, WasmError} from '#engine/base/errors.ts';
import {traps} from '#engine/base/traps.ts';
import {formatValue} from '#engine/base/wire-value.ts';
import {parseText, TextError} from '#engine/text.ts';
import type {FeatureSet} from '#engine/wasm/features.ts';
import type {Compiled, Engine, Instance, Session, SharedExports} from '#harness/engines/engine.ts';
import type {CallOutcome} from '#harness/engines/observation.ts';
import {mayBeInvalid, mayBeMalformed} from '#harness/engines/rejected.ts';
import {formatExpected, meets} from './expected.ts';
import type {Result, Status} from './results.ts';
import type {Action, Command, CommandKind, Directive, Source} from './script.ts';
import {spectestModule} from './spectest.ts';
import type {ThreadReport, ThreadTask} from './thread-worker.ts';

/** Ends a command with a status. */
class Verdict {
  readonly status: Status;
  readonly message: string;
  constructor(status: Status, message: string) {
    this.status = status;
    this.message = message;
  }
}

const PASS = new Verdict('pass', '');
const TEXT_PASS = new Verdict('textPass', '');
const fail = (message: string): Verdict => new Verdict('fail', message);

/** What a name in the script stands for: something made, or why it could not be made. */
type Binding<T> = {readonly made: T} | {readonly missing: Verdict};

type Of<K extends CommandKind> = Directive & {readonly kind: K};
type Handlers = {readonly [K in CommandKind]: (run: ScriptRun, command: Of<K>) => Verdict | Promise<Verdict>};

const handlers: Handlers = {
  module: (run, command) => run.module(command.id, command.source),
  definition: (run, command) => run.definition(command.id, command.source),
  instance: (run, command) => run.instance(command.id, command.definition),
  register: (run, command) => run.register(command.name, command.module),
  action: (run, command) => ended(run.act(command.action), 'return'),
  assert_return: (run, command) => run.assertReturn(command),
  assert_trap: (run, command) => trapped(run.act(command.action), command.message),
  assert_exhaustion: (run, command) => ended(run.act(command.action), 'exhaustion'),
  assert_exception: (run, command) => ended(run.act(command.action), 'exception'),
  assert_module_trap: (run, command) => run.assertModuleTrap(command.source, command.message),
  assert_unlinkable: (run, command) => run.assertUnlinkable(command.source, command.message),
  assert_invalid: (run, command) => run.assertRejected(command.source, mayBeInvalid, 'invalid', command.message),
  assert_malformed: (run, command) => run.assertMalformed(command.source, command.message),
  assert_malformed_custom: (run, command) => run.assertMalformed(command.source, command.message),
  assert_invalid_custom: () => new Verdict('skip', 'contents of custom sections are not checked'),
  thread: (run, command) => run.thread(command),
  wait: (run, command) => run.wait(command.thread),
  meta: (_run, command) => new Verdict('skip', `command ${command.name}`),
};

/** Verdict of an action that must end in a given way. */
function ended(outcome: CallOutcome, kind: CallOutcome['kind']): Verdict {
  return outcome.kind === kind ? PASS : unexpected(outcome, kind);
}

/** Verdict of an outcome that is not what was wanted: the engine's own troubles have a status of their own. */
function unexpected(outcome: CallOutcome, wanted: string): Verdict {
  switch (outcome.kind) {
    case 'unsupported':
      return new Verdict('unsupported', outcome.feature);
    case 'timeout':
      return new Verdict('timeout', `expected ${wanted}`);
    case 'crash':
      return new Verdict('crash', outcome.detail);
    default:
      return fail(`expected ${wanted}, got ${describe(outcome)}`);
  }
}

function describe(outcome: CallOutcome): string {
  switch (outcome.kind) {
    case 'return':
      return `(${outcome.values.map(formatValue).join(' ')})`;
    case 'trap':
      return `trap ${outcome.traps.join('|')}`;
    case 'exhaustion':
      return `exhaustion of ${outcome.resource}`;
    default:
      return outcome.kind;
  }
}

/** Verdict of an action or instantiation that must trap for a reason. Wordings are compared by prefix, both ways. */
function trapped(outcome: CallOutcome, wanted: string): Verdict {
  if (outcome.kind !== 'trap') return unexpected(outcome, `trap "${wanted}"`);
  const meant = outcome.traps.some((name) => {
    const {message} = traps[name];
    return wanted.startsWith(message) || message.startsWith(wanted);
  });
  return meant ? PASS : fail(`expected trap "${wanted}", got ${describe(outcome)}`);
}

/** How long a thread may run before the script goes on, unless it ends before. */
const HEAD_START_MS = 1000;

export class ScriptRun {
  readonly #engine: Engine;
  readonly #session: Session;
  readonly #features: FeatureSet;
  readonly #instances = new Map<string, Binding<Instance>>();
  readonly #definitions = new Map<string, Binding<Compiled>>();
  readonly #registered = new Map<string, Binding<Instance>>();
  readonly #threads = new Map<string, Promise<ThreadReport>>();
  /** Instances on which a call was unsupported, by feature: what they do afterwards says nothing. */
  readonly #tainted = new Map<Instance, string>();
  /** Feature that the instance of the present command lacked before. */
  #taint: string | null = null;
  #current: Binding<Instance> = {missing: new Verdict('skip', 'no module before')};
  #definition: Binding<Compiled> = {missing: new Verdict('skip', 'no module definition before')};

  constructor(engine: Engine, features: FeatureSet) {
    this.#engine = engine;
    this.#features = features;
    this.#session = engine.session(features);
  }

  /** Makes spectest. To be called before the first command. */
  async prepare(): Promise<void> {
    this.#registered.set(
      'spectest',
      await this.#attempt(async () => {
        const result = this.#instantiate(this.#session.compile(await spectestModule(this.#engineFeatures())));
        if (result.kind !== 'instance') throw fail(`spectest does not instantiate: ${result.kind}`);
        return result.instance;
      }),
    );
  }

  #engineFeatures(): FeatureSet {
    return new Set([...this.#features].filter((feature) => this.#engine.features.has(feature)));
  }

  /** Binds a name to what another thread shared. */
  adopt(id: string, shared: SharedExports): void {
    const instance = this.#session.adopt?.(shared);
    if (instance !== undefined) this.#instances.set(id, {made: instance});
  }

  /**
   * Starts a thread of the script and lets it run ahead: the scripts' checks forget results that show only when a later
   * thread overtakes an earlier one (SB.wast: 1 and 0).
   */
  async thread({id, shared, commands}: Of<'thread'>): Promise<Verdict> {
    const {share} = this.#session;
    const world = share === undefined ? undefined : this.#engine.forThread?.();
    if (share === undefined || world === undefined)
      return new Verdict('unsupported', 'shared memories between threads');
    const exports = shared.map((name) => [name, share.call(this.#session, this.#target(name))] as const);
    const task: ThreadTask = {
      engine: this.#engine.key,
      world,
      features: this.#features,
      commands,
      shared: new Map(exports),
    };
    const worker = new Worker(new URL('./thread-worker.ts', import.meta.url), {workerData: task});
    const report = once(worker, 'message').then(([message]) => message as ThreadReport);
    report.catch(() => {});
    this.#threads.set(id, report);
    await Promise.race([report, setTimeout(HEAD_START_MS)]);
    return PASS;
  }

  /** Waits for a thread; what it registered is then known here, too. */
  async wait(id: string): Promise<Verdict> {
    const thread = this.#threads.get(id);
    if (thread === undefined) throw new Verdict('skip', `no thread ${id}`);
    const {results, registered} = await thread;
    for (const {name, module} of registered) {
      const binding = this.#instances.get(module);
      if (binding !== undefined) this.#registered.set(name, binding);
    }
    const failed = results.find(({status}) => status !== 'pass');
    if (failed === undefined) return PASS;
    return new Verdict(failed.status, `${id}, line ${failed.line}: ${failed.message}`);
  }

  /** Runs one command; never throws. */
  async run(command: Command): Promise<Result> {
    const {status, message} = await this.#verdict(command);
    return {line: command.line, command: command.kind, status, message};
  }

  close(): void {
    this.#session.close();
  }

  async #verdict(command: Command): Promise<Verdict> {
    if (this.#engine.lost) return new Verdict('crash', 'the engine was lost before');
    this.#taint = null;
    try {
      const handler = handlers[command.kind] as (run: ScriptRun, command: Directive) => Verdict | Promise<Verdict>;
      const verdict = await handler(this, command);
      return verdict.status === 'fail' && this.#taint !== null ? new Verdict('unsupported', this.#taint) : verdict;
    } catch (error) {
      return verdictOf(error);
    }
  }

  /** The result, or why there is none. */
  async #attempt<T>(make: () => Promise<T>): Promise<Binding<T>> {
    try {
      return {made: await make()};
    } catch (error) {
      return {missing: verdictOf(error)};
    }
  }

  /** Binary of a source. Throws a `textFail` verdict. */
  async #binary(source: Source): Promise<Uint8Array> {
    const bytes = Buffer.from(source.bytes, 'latin1');
    if (source.form === 'binary') return bytes;
    try {
      return await parseText(bytes);
    } catch (error) {
      throw error instanceof TextError ? new Verdict('textFail', error.message) : error;
    }
  }

  async #compile(source: Source): Promise<Compiled> {
    return this.#session.compile(await this.#binary(source));
  }

  #instantiate(compiled: Compiled): ReturnType<Session['instantiate']> {
    return this.#session.instantiate(compiled, (name) => {
      const found = this.#registered.get(name);
      return found === undefined ? undefined : needed(found, `module "${name}"`);
    });
  }

  #instance(compiled: Compiled): Instance {
    const result = this.#instantiate(compiled);
    if (result.kind === 'instance') return result.instance;
    throw result.kind === 'unlinkable'
      ? fail(`unlinkable: ${result.message}`)
      : unexpected(result.outcome, 'an instance');
  }

  /** Binds the instance, or why there is none: later commands must not hit the module before. */
  #bind(id: string | null, binding: Binding<Instance>): Verdict {
    this.#current = binding;
    if (id !== null) this.#instances.set(id, binding);
    return 'made' in binding ? PASS : binding.missing;
  }

  async module(id: string | null, source: Source): Promise<Verdict> {
    return this.#bind(id, await this.#attempt(async () => this.#instance(await this.#compile(source))));
  }

  async definition(id: string | null, source: Source): Promise<Verdict> {
    const binding = await this.#attempt(() => this.#compile(source));
    this.#definition = binding;
    if (id !== null) this.#definitions.set(id, binding);
    return 'made' in binding ? PASS : binding.missing;
  }

  async instance(id: string | null, definition: string | null): Promise<Verdict> {
    const found = definition === null ? this.#definition : this.#definitions.get(definition);
    return this.#bind(id, await this.#attempt(async () => this.#instance(needed(found, `definition ${definition}`))));
  }

  #target(module: string | null): Instance {
    return needed(module === null ? this.#current : this.#instances.get(module), `module ${module}`);
  }

  register(name: string, module: string | null): Verdict {
    const binding = module === null ? this.#current : this.#instances.get(module);
    if (binding === undefined) return fail(`no module ${module}`);
    this.#registered.set(name, binding);
    return 'made' in binding ? PASS : dependent(binding.missing, `module "${name}"`);
  }

  act(action: Action): CallOutcome {
    const instance = this.#target(action.module);
    const outcome = this.#perform(instance, action);
    if (outcome.kind === 'unsupported') this.#tainted.set(instance, outcome.feature);
    this.#taint = this.#tainted.get(instance) ?? null;
    return outcome;
  }

  #perform(instance: Instance, action: Action): CallOutcome {
    try {
      if (action.kind === 'invoke') return this.#session.invoke(instance, action.name, action.args);
      return {kind: 'return', values: [this.#session.readGlobal(instance, action.name)]};
    } catch (error) {
      if (error instanceof Unsupported) return {kind: 'unsupported', feature: error.feature};
      throw error;
    }
  }

  assertReturn({action, expected}: Of<'assert_return'>): Verdict {
    const outcome = this.act(action);
    const wanted = `(${expected.map(formatExpected).join(' ')})`;
    if (outcome.kind !== 'return') return unexpected(outcome, wanted);
    const {values} = outcome;
    const isMet =
      values.length === expected.length && expected.every((pattern, index) => meets(values[index]!, pattern));
    return isMet ? PASS : unexpected(outcome, wanted);
  }

  async assertModuleTrap(source: Source, message: string): Promise<Verdict> {
    const result = this.#instantiate(await this.#compile(source));
    if (result.kind === 'failed') return trapped(result.outcome, message);
    return fail(`expected trap "${message}", got ${result.kind}`);
  }

  async assertUnlinkable(source: Source, message: string): Promise<Verdict> {
    const result = this.#instantiate(await this.#compile(source));
    if (result.kind === 'unlinkable') return PASS;
    return result.kind === 'failed'
      ? unexpected(result.outcome, 'unlinkable')
      : fail(`expected unlinkable "${message}", got an instance`);
  }

  async assertRejected(
    source: Source,
    isMeant: (error: unknown) => boolean,
    wanted: string,
    message: string,
  ): Promise<Verdict> {
    const bytes = await this.#binary(source);
    try {
      this.#session.compile(bytes);
    } catch (error) {
      if (isMeant(error)) return PASS;
      if (error instanceof Unsupported || !(error instanceof WasmError)) throw error;
      return fail(`expected ${wanted} "${message}", got ${error.name}: ${error.message}`);
    }
    return fail(`expected ${wanted} "${message}", but it was accepted`);
  }

  /** Text is the library's business: what it lets pass, the engine may still refuse in any way. */
  async assertMalformed(source: Source, message: string): Promise<Verdict> {
    if (source.form === 'binary') return this.assertRejected(source, mayBeMalformed, 'malformed', message);
    try {
      this.#session.compile(await parseText(Buffer.from(source.bytes, 'latin1')));
    } catch (error) {
      if (error instanceof TextError || (error instanceof WasmError && !(error instanceof Unsupported)))
        return TEXT_PASS;
      throw error;
    }
    return new Verdict('textFail', `expected malformed "${message}", but it was accepted`);
  }
}

/** What a binding stands for; throws the verdict of a command that needs something that was not made. */
function needed<T>(binding: Binding<T> | undefined, what: string): T {
  if (binding === undefined) throw new Verdict('skip', `no ${what}`);
  if ('made' in binding) return binding.made;
  throw dependent(binding.missing, what);
}

function dependent({status, message}: Verdict, what: string): Verdict {
  if (status === 'unsupported') return new Verdict('unsupported', message);
  return new Verdict('skip', `needs ${what}, which was not made: ${message}`);
}

/** The verdict that an error of a command stands for. */
function verdictOf(error: unknown): Verdict {
  if (error instanceof Verdict) return error;
  if (error instanceof Unsupported) return new Verdict('unsupported', error.feature);
  if (error instanceof WasmError) return fail(`${error.name}: ${error.message}`);
  return new Verdict('crash', error instanceof Error ? `${error.name}: ${error.message}` : String(error));
}
