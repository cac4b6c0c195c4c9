/**
 * Runs an investigation in a process of its own: a wild write of the suspect cannot have prepared its result, and the
 * suspect cannot hurt the supervisor. One JSON document each way.
 */
import {spawn} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import type {Case} from '#generators/case.ts';
import {generateCase, unpackCase} from '#generators/index.ts';
import type {EngineKey} from '../engines/keys.ts';
import type {AotOptions} from '../engines/options.ts';
import {type Generation, generatorOptions} from '../profiles.ts';
import type {Investigation} from './investigate.ts';

export interface InvestigationRequest extends Generation {
  /** The case in its envelope, base64; null: make it from its address. */
  readonly envelope: string | null;
  readonly root: string;
  readonly index: number;
  readonly raw: string | null;
  readonly engines: readonly EngineKey[];
  readonly aot: AotOptions;
  readonly timeoutMs: number;
}

export interface ReductionReply {
  /** The smallest case in its envelope, base64. */
  readonly envelope: string;
  /** How often the engines ran. */
  readonly runs: number;
}

/** The case that a request is about. */
export function caseOfRequest(request: InvestigationRequest): Case {
  if (request.envelope !== null) return unpackCase(Buffer.from(request.envelope, 'base64'));
  return generateCase(request.root, request.index, generatorOptions(request));
}

const LIMIT_MS = 60_000;
const REDUCTION_LIMIT_MS = 600_000;

/** Investigates in a fresh process. A process that dies or hangs gives `reproduced: false` with the reason as locus. */
export async function investigateFresh(request: InvestigationRequest): Promise<Investigation> {
  const {text, end} = await inFreshProcess('./fresh-process-main.ts', request, LIMIT_MS);
  return (parse(text) as Investigation | null) ?? gone(`process ended with ${end}`);
}

/** Reduces in a fresh process; null where the engines agree, or where they end the process. */
export async function reduceFresh(request: InvestigationRequest): Promise<ReductionReply | null> {
  const {text} = await inFreshProcess('./reduce-main.ts', request, REDUCTION_LIMIT_MS);
  return parse(text) as ReductionReply | null;
}

function inFreshProcess(
  file: string,
  request: InvestigationRequest,
  limitMs: number,
): Promise<{readonly text: string; readonly end: string}> {
  const main = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(request));
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({text: Buffer.concat(chunks).toString('utf8'), end: `${signal ?? code}`});
    });
  });
}

function gone(locus: string): Investigation {
  return {reproduced: false, divergence: null, evidence: {rule: null, locus}};
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
