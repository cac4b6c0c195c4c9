/**
 * Expected failures: `expected-failures/<engine>.txt`, one assertion a line as `core/gc/a.wast:92 reason`; `#` begins a
 * comment. What is listed and passes is a failure too, so that the lists stay true.
 */
import {existsSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import type {EngineKey} from '#harness/engines/keys.ts';
import {engineKeys} from '#harness/engines/keys.ts';

/** Reason by line, by file name. */
export type ExpectedFailures = ReadonlyMap<string, ReadonlyMap<number, string>>;

const FOLDER = new URL('../expected-failures/', import.meta.url);

/** Reads a list. Throws SyntaxError with the line that is none. */
export function readExpectedFailures(text: string): ExpectedFailures {
  const files = new Map<string, Map<number, string>>();
  text.split('\n').forEach((row, index) => {
    const line = row.replace(/(^|\s)#.*$/, '').trim();
    if (line === '') return;
    const match = /^(\S+\.wast):(\d+)\s+(\S.*)$/.exec(line);
    if (match === null) throw new SyntaxError(`line ${index + 1} is not "file.wast:line reason": ${line}`);
    const [, file = '', number = '', reason = ''] = match;
    const lines = files.get(file) ?? new Map<number, string>();
    files.set(file, lines.set(Number(number), reason));
  });
  return files;
}

/** The list of an engine: its own, else its family's; empty when there is none. */
export function expectedFailures(key: EngineKey): ExpectedFailures {
  for (const name of [key, engineKeys[key].family]) {
    const path = fileURLToPath(new URL(`${name}.txt`, FOLDER));
    if (existsSync(path)) return readExpectedFailures(readFileSync(path, 'utf8'));
  }
  return new Map();
}
