/**
 * `parallax fuzz [name]`: runs a campaign, or goes on with the one of that name. The dashboard on a terminal, plain
 * lines elsewhere, one JSON document with --json. Ctrl-C finishes what is leased and stores it; twice kills.
 */
import {rmSync, writeFileSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {join} from 'node:path';
import {GENERATOR_VERSION} from '#generators/index.ts';
import type {CampaignConfig} from '../../campaign.ts';
import {systemClock} from '../../clock.ts';
import {type EngineKey, engineKeys} from '../../engines/keys.ts';
import {engineVersion} from '../../engines/open.ts';
import {type AotOptions, describeAotOptions} from '../../engines/options.ts';
import {EventLog} from '../../events.ts';
import type {RangeSettings} from '../../pool/messages.ts';
import {openPool} from '../../pool/pool.ts';
import {type Generation, profileChoices} from '../../profiles.ts';
import {parseRoot, randomRoot} from '../../rng.ts';
import type {CaseFinding} from '../../shard.ts';
import {openDatabase} from '../../store/open.ts';
import {listBuckets} from '../../store/queries.ts';
import {type CampaignRow, type Settled, Store} from '../../store/store.ts';
import {type CampaignEnd, Supervisor} from '../../supervisor.ts';
import {investigateFresh} from '../../triage/fresh-process.ts';
import {rawSignature} from '../../triage/signature.ts';
import {TOOL_VERSION} from '../../version.ts';
import {campaignFolder, findingFolder, workspaceAt} from '../../workspace.ts';
import {enginesHere} from '../engines-here.ts';
import {type Exit, exit, UserError} from '../exit-codes.ts';
import {type FuzzReporter, openReporter, wantsDashboard} from './fuzz-report.ts';
import {specBeside} from './fuzz-spec.ts';
import {familyCount} from './fuzz-view.ts';

export interface FuzzOptions extends Generation {
  readonly name: string | null;
  readonly directory: string;
  /** Empty: every engine that is present, one of each family. */
  readonly engines: readonly EngineKey[];
  readonly aot: AotOptions;
  readonly seed: string | null;
  readonly maxTotalTimeMs: number | null;
  readonly maxCases: number | null;
  readonly maxFindings: number | null;
  readonly jobs: number;
  readonly timeoutMs: number;
  readonly fresh: boolean;
  readonly ui: 'auto' | 'tui' | 'plain' | 'quiet';
  readonly json: boolean;
  readonly color: boolean;
  readonly unicode: boolean;
}

const SHARD_SIZE = 50;
const VERIFY_LIMIT = 3;
/** No engine of ours needs longer for a case than the limit per call allows; beyond it a worker is taken for hung. */
const HANG_FACTOR = 20;
const MIN_HANG_MS = 10_000;

/** Default engines: the reference, the compiler for this machine, V8. */
const preferred: readonly EngineKey[] = ['interpreter', process.arch === 'arm64' ? 'aot-arm64' : 'aot-x64', 'v8'];

/** Default number of workers: a core is left for the supervisor. */
export const defaultJobs = (): number => Math.max(1, availableParallelism() - 1);

/** Runs the command. */
export async function fuzz(options: FuzzOptions): Promise<Exit> {
  const engines = chooseEngines(options.engines);
  const workspace = workspaceAt(options.directory);
  const database = openDatabase(workspace.database);
  const store = new Store(database);
  const campaign = openCampaign(store, options, engines);
  const folder = campaignFolder(workspace, campaign.slug);
  const log = new EventLog(join(folder, 'events.ndjson'), systemClock.now);
  beginLog(log, campaign, engines);
  const settings = {
    root: campaign.root_seed,
    engines,
    aot: options.aot,
    profile: options.profile,
    features: options.features,
    timeoutMs: options.timeoutMs,
  };
  const pool = openPool({
    slots: options.jobs,
    settings,
    clock: systemClock,
    hangMs: Math.max(MIN_HANG_MS, options.timeoutMs * HANG_FACTOR),
  });
  const beganMs = systemClock.now();
  const versions = new Map(engines.map((key) => [key, engineVersion(key, options.aot)]));
  const builds = new Map(engines.map((key) => [key, store.build(key, versions.get(key)!, beganMs)]));
  const holder: {reporter: FuzzReporter | null} = {reporter: null};
  const supervisor = new Supervisor(configOf(options, campaign, beganMs), campaign, {
    pool,
    store,
    log,
    clock: systemClock,
    builds,
    verify: (finding) => verify(finding, settings),
    onFinding: (settled, placement) => {
      if (placement.isNew) writeFinding(findingFolder(workspace, campaign.slug, placement.slug), campaign, settled);
      holder.reporter?.finding(settled, placement);
    },
  });
  const beside = wantsDashboard(options) ? specBeside(database, options.directory, versions, options.aot) : null;
  const view = {
    database,
    campaign,
    supervisor,
    versions,
    beganMs,
    limit: limitOf(options),
    slots: options.jobs,
    specRunning: () => beside?.running ?? false,
  };
  const signals = onSignals(supervisor, () => holder.reporter?.close());
  holder.reporter = await openReporter(options, view, signals.stop);
  const end = await supervisor.run();
  await holder.reporter.close();
  await pool.close();
  beside?.stop();
  const code = exitOf(end, supervisor.totals.newBuckets, signals.signal());
  holder.reporter.summary(end, code, listBuckets(database, 20), folder);
  signals.dispose();
  store.close();
  return code;
}

function chooseEngines(wanted: readonly EngineKey[]): readonly EngineKey[] {
  const engines = enginesHere(wanted, preferred);
  if (familyCount(engines) < 2)
    throw new UserError(
      'usage',
      `${engines.join(', ')} cannot be compared: name engines of two families at least (${Object.keys(engineKeys).join(', ')})`,
    );
  return [...engines].sort();
}

/** The campaign of that name when there is one, else a new one. A campaign goes on only as what it was. */
function openCampaign(store: Store, options: FuzzOptions, engines: readonly EngineKey[]): CampaignRow {
  if (!profileChoices.includes(options.profile))
    throw new UserError('usage', `no profile ${options.profile}; there are ${profileChoices.join(', ')}`);
  const root = options.seed === null ? null : parseRoot(options.seed);
  const slug = options.name ?? `seed-${root ?? randomRoot()}`;
  if (!/^[\w.-]{1,64}$/.test(slug))
    throw new UserError('usage', `not a campaign name: ${slug} (letters, digits, dots and dashes)`);
  const config = JSON.stringify({
    engines,
    aot: describeAotOptions(options.aot),
    profile: options.profile,
    features: options.features,
  });
  if (options.fresh) {
    store.forgetCampaign(slug);
    rmSync(campaignFolder(workspaceAt(options.directory), slug), {recursive: true});
  }
  const known = store.campaign(slug);
  if (known === undefined)
    return store.createCampaign({
      slug,
      root: root ?? slug.match(/^seed-([0-9a-f]{16})$/)?.[1] ?? randomRoot(),
      config,
      toolVersion: TOOL_VERSION,
      generatorVersion: GENERATOR_VERSION,
      startedMs: systemClock.now(),
    });
  const differs = [
    root !== null && root !== known.root_seed ? 'seed' : '',
    known.config !== config ? 'engines, options, profile or features' : '',
    known.generator_version !== GENERATOR_VERSION ? 'generator' : '',
  ].filter((text) => text !== '');
  if (differs.length > 0)
    throw new UserError(
      'usage',
      `campaign ${slug} was run with another ${differs.join(' and ')}; give another name, or --fresh to begin it anew`,
    );
  store.setState(known.id, 'running', null, systemClock.now());
  return known;
}

function beginLog(log: EventLog, campaign: CampaignRow, engines: readonly EngineKey[]): void {
  log.rewind(campaign.watermark);
  if (campaign.watermark === 0)
    log.append([
      {ev: 'start', seed: campaign.root_seed, engines, generator: campaign.generator_version, shard_size: SHARD_SIZE},
    ]);
  else log.append([{ev: 'resume', watermark: campaign.watermark}]);
}

function configOf(
  {maxTotalTimeMs, maxCases, maxFindings, jobs}: FuzzOptions,
  campaign: CampaignRow,
  beganMs: number,
): CampaignConfig {
  return {
    root: campaign.root_seed,
    shardSize: SHARD_SIZE,
    slots: jobs,
    from: campaign.watermark,
    until: maxCases,
    deadlineMs: maxTotalTimeMs === null ? null : beganMs + maxTotalTimeMs,
    verifyLimit: VERIFY_LIMIT,
    maxFindings,
  };
}

function limitOf({maxTotalTimeMs, maxCases}: FuzzOptions) {
  if (maxTotalTimeMs !== null) return {kind: 'time', ms: maxTotalTimeMs} as const;
  return maxCases === null ? null : ({kind: 'cases', cases: maxCases} as const);
}

async function verify(finding: CaseFinding, settings: RangeSettings): Promise<Settled> {
  const envelope = finding.bytes.length === 0 ? null : Buffer.from(finding.bytes).toString('base64');
  const {reproduced, evidence} = await investigateFresh({
    ...settings,
    envelope,
    index: finding.index,
    raw: rawSignature(finding.divergence),
  });
  return {finding, reproduced: reproduced ? 'yes' : 'no', evidence};
}

/** The files of a new bucket: the case, and what is known about it. */
function writeFinding(folder: string, campaign: CampaignRow, {finding, reproduced, evidence}: Settled): void {
  if (finding.bytes.length > 0) writeFileSync(join(folder, 'case.wasm'), finding.bytes);
  const {divergence, index} = finding;
  writeFileSync(
    join(folder, 'meta.json'),
    `${JSON.stringify({seed: `${campaign.root_seed}:${index}`, campaign: campaign.slug, config: JSON.parse(campaign.config), divergence, reproduced, evidence}, null, 2)}\n`,
  );
}

interface Signals {
  readonly stop: () => void;
  readonly signal: () => 'SIGINT' | 'SIGTERM' | null;
  readonly dispose: () => void;
}

/** First SIGINT or SIGTERM, or the stop key: a graceful end. The second one: everything is killed at once. */
function onSignals(supervisor: Supervisor, restoreTerminal: () => void): Signals {
  let received: 'SIGINT' | 'SIGTERM' | null = null;
  const take = (signal: 'SIGINT' | 'SIGTERM') => {
    if (received !== null) {
      restoreTerminal();
      process.stderr.write('parallax: killed; what was committed is stored. The same command resumes the campaign.\n');
      process.exit(signal === 'SIGINT' ? 130 : 143);
    }
    received = signal;
    supervisor.stop(signal);
  };
  const int = () => take('SIGINT');
  const term = () => take('SIGTERM');
  process.on('SIGINT', int).on('SIGTERM', term);
  return {stop: int, signal: () => received, dispose: () => process.off('SIGINT', int).off('SIGTERM', term)};
}

function exitOf({reason, error}: CampaignEnd, newBuckets: number, signal: 'SIGINT' | 'SIGTERM' | null): Exit {
  if (error !== null) return exit('environment');
  if (signal !== null || reason === 'SIGINT' || reason === 'SIGTERM')
    return {...exit('interrupted'), code: signal === 'SIGTERM' ? 143 : 130};
  return exit(newBuckets > 0 ? 'findings' : 'ok');
}
