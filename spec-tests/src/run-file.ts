/**
 * Runs one file on one engine. A file whose group needs a feature that the engine lacks is unsupported as a whole.
 */
import type {Feature, FeatureSet} from '#engine/wasm/features.ts';
import type {Engine} from '#harness/engines/engine.ts';
import type {Result} from './results.ts';
import {ScriptRun} from './run.ts';
import {type Command, readScript} from './script.ts';
import {ScriptError} from './sexpr.ts';

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
export async function runFile(
  engine: Engine,
  run: FileRun,
  report: (result: Result) => void,
  before: (command: Command) => void = () => {},
): Promise<void> {
  const commands = commandsOf(run.text, report);
  const isReported = ({line}: {line: number}): boolean => run.lines === null || run.lines.has(line);
  const missing = run.needs.find((feature) => !engine.features.has(feature));
  if (missing !== undefined) {
    for (const {line, kind} of commands.filter(isReported))
      report({line, command: kind, status: 'unsupported', message: missing});
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

/** The commands; a script that cannot be read is one failure. */
export function commandsOf(text: string, report: (result: Result) => void): Command[] {
  try {
    return readScript(text);
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    const line = text.slice(0, error.offset).split('\n').length;
    report({line, command: 'meta', status: 'fail', message: `not a script: ${error.message}`});
    return [];
  }
}
