/**
 * Runs one file on one engine. A file whose group needs a feature that the engine lacks is unsupported as a whole.
 */
import type {Feature, FeatureSet} from '#engine/wasm/features.ts';
import type {Engine} from '#harness/engines/engine.ts';
import {type Counts, noCounts, type Result} from './results.ts';
import {ScriptRun} from './run.ts';
import {type Command, readScript} from './script.ts';

export interface FileRun {
  /** The script, one character a byte. */
  readonly text: string;
  readonly features: FeatureSet;
  /** Features behind WebAssembly 3.0 that the whole file is about. */
  readonly needs: readonly Feature[];
  /** Lines to report; null: all. The others run too, because what they do may be needed. */
  readonly lines: ReadonlySet<number> | null;
}

/** Runs the file; `report` is told each result in order, `before` each command before it runs. */
export async function runFile(engine: Engine, run: FileRun, report: (result: Result) => void, before: (command: Command) => void = () => {}): Promise<void> {
  const commands = readScript(run.text);
  const isReported = ({line}: {line: number}): boolean => run.lines === null || run.lines.has(line);
  const missing = run.needs.find((feature) => !engine.features.has(feature));
  if (missing !== undefined) {
    for (const {line, kind} of commands.filter(isReported)) report({line, command: kind, status: 'unsupported', message: missing});
    return;
  }
  const script = new ScriptRun(engine, run.features);
  try {
    await script.prepare();
    for (const command of commands) {
      before(command);
      const result = await script.run(command);
      if (isReported(result)) report(result);
    }
  } finally {
    script.close();
  }
}

/** Counts of results. */
export function countsOf(results: readonly Result[]): Counts {
  const counts = noCounts();
  for (const {status} of results) counts[status]++;
  return counts;
}
