/** `parallax repro WHAT`: a stored finding, a case's address or a case file, again and again in fresh processes. */
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {type EngineKey, engineKeys} from '../../engines/keys.ts';
import {type AotOptions, describeAotOptions} from '../../engines/options.ts';
import type {Generation} from '../../profiles.ts';
import {parseRoot} from '../../rng.ts';
import {openDatabase} from '../../store/open.ts';
import {caseOfBucket} from '../../store/queries.ts';
import {type InvestigationRequest, investigateFresh, reduceFresh} from '../../triage/fresh-process.ts';
import type {Investigation} from '../../triage/investigate.ts';
import {signatures} from '../../triage/signature.ts';
import {workspaceAt} from '../../workspace.ts';
import {painter} from '../color.ts';
import {enginesHere} from '../engines-here.ts';
import {type Exit, exit, UserError} from '../exit-codes.ts';

export interface ReproOptions extends Generation {
  readonly what: string;
  readonly directory: string;
  readonly engines: readonly EngineKey[];
  readonly aot: AotOptions;
  readonly times: number;
  /** File that the smallest case with the same signature is written to; null: nothing is reduced. */
  readonly reduce: string | null;
  readonly timeoutMs: number;
  readonly json: boolean;
  readonly color: boolean;
}

interface Target {
  readonly envelope: string | null;
  readonly root: string;
  readonly index: number;
  /** What the campaign generated, when it comes from the store. */
  readonly generation: Generation | null;
  /** Engines that the finding was made with; empty: those that are here. */
  readonly engines: readonly EngineKey[];
  /** Text of the bucket's signature, when it comes from the store. */
  readonly signature: string | null;
}

/** Runs the command. */
export async function repro(options: ReproOptions): Promise<Exit> {
  const target = findTarget(options);
  const all = Object.keys(engineKeys) as EngineKey[];
  const engines = enginesHere(options.engines, target.engines.length > 0 ? target.engines : all);
  const request: InvestigationRequest = {
    envelope: target.envelope,
    root: target.root,
    index: target.index,
    profile: target.generation?.profile ?? options.profile,
    features: target.generation?.features ?? options.features,
    raw: null,
    engines,
    aot: options.aot,
    timeoutMs: options.timeoutMs,
  };
  const runs: Investigation[] = [];
  for (let run = 0; run < options.times; run++) {
    runs.push(await investigateFresh(request));
    if (!options.json) process.stderr.write(`${describeRun(runs.at(-1)!, run + 1, options)}\n`);
  }
  if (options.reduce !== null) await reduceTo(options.reduce, request);
  const diverged = runs.filter(({divergence}) => divergence !== null);
  const result = resultOf(runs, target);
  if (options.json)
    process.stdout.write(
      `${JSON.stringify({schema: 'parallax/repro@1', what: options.what, address: `${target.root}:${target.index}`, engines, diverged: diverged.length, runs, exit: result})}\n`,
    );
  else
    process.stdout.write(
      `${options.what}: diverged in ${diverged.length} of ${runs.length} fresh processes (${engines.join(', ')}, ${describeAotOptions(options.aot)})\n`,
    );
  return result;
}

/** Writes the smallest case that shows the same. */
async function reduceTo(file: string, request: InvestigationRequest): Promise<void> {
  const reply = await reduceFresh(request);
  if (reply === null) {
    process.stderr.write('  nothing to reduce: the engines agree, or one of them ended the process\n');
    return;
  }
  const bytes = Buffer.from(reply.envelope, 'base64');
  writeFileSync(file, bytes);
  process.stderr.write(`  reduced to ${bytes.length} bytes in ${reply.runs} runs: ${file}\n`);
}

function describeRun({divergence, evidence}: Investigation, run: number, {color}: ReproOptions): string {
  const paint = painter(color);
  if (divergence === null) return `  run ${run}: ${evidence.locus ?? paint('green', 'engines agree')}`;
  const {kind, partition, channel, shown, believed, suspects} = divergence;
  return `  run ${run}: ${paint('red', `${kind} ${partition} ${channel}: ${suspects.join(', ')} shows ${shown}, believed is ${believed}`)}  rule ${evidence.rule ?? 'unknown'}`;
}

/** A finding reproduces when every divergence shows the bucket's signature; an address shows what it shows. */
function resultOf(runs: readonly Investigation[], {signature}: Target): Exit {
  const shown = runs.flatMap(({divergence, evidence}) =>
    divergence === null ? [] : [signatures(divergence, evidence)],
  );
  if (signature === null) return exit(shown.length > 0 ? 'findings' : 'ok');
  if (shown.length === 0) return exit('findings');
  return exit(shown.every((all) => all.some(({text}) => text === signature)) ? 'ok' : 'different');
}

const unknownOrigin = {engines: [], generation: null, signature: null} as const;

function findTarget(options: ReproOptions): Target {
  const {what} = options;
  if (/^D-\d+$/.test(what)) return fromStore(options);
  const address = /^([0-9a-fx]{1,18}):(\d+)$/i.exec(what);
  if (address !== null)
    return {envelope: null, root: parseRoot(address[1]!), index: Number(address[2]), ...unknownOrigin};
  if (existsSync(what)) return {envelope: readFileSync(what).toString('base64'), root: '', index: 0, ...unknownOrigin};
  throw new UserError('usage', `${what} is neither a bucket (D-0001), nor an address (5eed0b11:42), nor a file`);
}

function fromStore({what, directory}: ReproOptions): Target {
  const database = openDatabase(workspaceAt(directory).database, {readonly: true});
  const found = caseOfBucket(database, what);
  const title = database.prepare('SELECT title FROM bucket WHERE slug = ?').get(what) as {title: string} | undefined;
  database.close();
  if (found === undefined || title === undefined)
    throw new UserError('usage', `no bucket ${what} in ${workspaceAt(directory).database}`);
  const {engines, ...generation} = JSON.parse(found.config) as {engines: EngineKey[]} & Generation;
  return {
    envelope: found.data?.toString('base64') ?? null,
    root: found.root,
    index: found.index,
    engines,
    generation,
    signature: title.title,
  };
}
