/** `parallax doctor`: what is here, what is missing and what that costs, and how to get it. */

import {existsSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {type EngineKey, engineKeys} from '../../engines/keys.ts';
import {engineStatus, engineVersion} from '../../engines/open.ts';
import {defaultAotOptions} from '../../engines/options.ts';
import {openDatabase} from '../../store/open.ts';
import {TOOL_VERSION} from '../../version.ts';
import {workspaceAt} from '../../workspace.ts';
import {painter} from '../color.ts';
import {type Exit, exit} from '../exit-codes.ts';

export interface DoctorOptions {
  readonly directory: string;
  readonly json: boolean;
  readonly color: boolean;
}

interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'missing' | 'broken';
  readonly detail: string;
}

/** Runs the command. Exit code 3 when something that every job needs is broken. */
export async function doctor({directory, json, color}: DoctorOptions): Promise<Exit> {
  const findings = [...machine(), ...engines(), ...(await libraries()), suite(), store(directory)];
  const code = exit(findings.some(({state}) => state === 'broken') ? 'environment' : 'ok');
  if (json)
    process.stdout.write(
      `${JSON.stringify({schema: 'parallax/doctor@1', version: TOOL_VERSION, findings, exit: code})}\n`,
    );
  else process.stdout.write(`${lines(findings, color).join('\n')}\n`);
  return code;
}

function machine(): Finding[] {
  const {node, v8, napi} = process.versions;
  return [
    {what: 'parallax', state: 'ok', detail: TOOL_VERSION},
    {
      what: 'node',
      state: Number(node.split('.')[0]) >= 26 ? 'ok' : 'broken',
      detail: `${node} (V8 ${v8}, Node-API ${napi})`,
    },
    {what: 'machine', state: 'ok', detail: `${process.platform} ${process.arch}, ${availableParallelism()} cores`},
  ];
}

function engines(): Finding[] {
  return (Object.keys(engineKeys) as EngineKey[]).map((key) => {
    const status = engineStatus(key);
    return {
      what: key,
      state: status.available ? 'ok' : 'missing',
      detail: status.available ? `${engineKeys[key].title} (${engineVersion(key, defaultAotOptions)})` : status.reason,
    };
  });
}

async function libraries(): Promise<Finding[]> {
  const probe = async (what: string, use: () => Promise<string>): Promise<Finding> => {
    try {
      return {what, state: 'ok', detail: await use()};
    } catch (error) {
      return {what, state: 'broken', detail: `${(error as Error).message}; run npm ci`};
    }
  };
  return [
    await probe('WAT library', async () => {
      const {parseText} = await import('#engine/text.ts');
      return `parses and prints (${(await parseText('(module)')).length} bytes for the empty module)`;
    }),
  ];
}

function suite(): Finding {
  const folder = process.env['PARALLAX_TESTSUITE'];
  if (folder !== undefined && existsSync(folder)) return {what: 'spec testsuite', state: 'ok', detail: folder};
  if (existsSync('spec-tests/testsuite')) return {what: 'spec testsuite', state: 'ok', detail: 'spec-tests/testsuite'};
  return {
    what: 'spec testsuite',
    state: 'missing',
    detail:
      'parallax spec runs our own scripts only; get it: git clone https://github.com/WebAssembly/spec and set PARALLAX_TESTSUITE to its test folder',
  };
}

function store(directory: string): Finding {
  const {database} = workspaceAt(directory);
  if (!existsSync(database)) return {what: 'store', state: 'ok', detail: `${database} (made by the first campaign)`};
  try {
    openDatabase(database, {readonly: true}).close();
    return {what: 'store', state: 'ok', detail: database};
  } catch (error) {
    return {what: 'store', state: 'broken', detail: (error as Error).message};
  }
}

function lines(findings: readonly Finding[], color: boolean): string[] {
  const paint = painter(color);
  const marks = {ok: paint('green', '✓'), missing: paint('yellow', '-'), broken: paint('red', '✗')} as const;
  return findings.map(({what, state, detail}) => `${marks[state]} ${what.padEnd(16)} ${detail}`);
}
