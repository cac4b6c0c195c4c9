/**
 * Runs an investigation in a process of its own: a wild write of the suspect cannot have prepared its result, and the
 * suspect cannot hurt the supervisor. One JSON document each way.
 */
import {spawn} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import type {EngineKey} from '../engines/keys.ts';
import type {AotOptions} from '../engines/options.ts';
import type {Generation} from '../profiles.ts';
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

const LIMIT_MS = 60_000;

/** Investigates in a fresh process. A process that dies or hangs gives `reproduced: false` with the reason as locus. */
export function investigateFresh(request: InvestigationRequest): Promise<Investigation> {
  const main = fileURLToPath(new URL('./fresh-process-main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(request));
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve(parse(Buffer.concat(chunks).toString('utf8')) ?? gone(`process ended with ${signal ?? code}`));
    });
  });
}

function gone(locus: string): Investigation {
  return {reproduced: false, divergence: null, evidence: {rule: null, locus}};
}

function parse(text: string): Investigation | null {
  try {
    return JSON.parse(text) as Investigation;
  } catch {
    return null;
  }
}
