import {strict as assert} from 'node:assert';
import {readdirSync, readFileSync} from 'node:fs';
import {test} from 'node:test';
import {formatValue} from '#engine/base/wire-value.ts';
import {type Executor, runRemarks} from '../../../../engine/filetests/executors.ts';
import {engineStatus, openEngineHere} from '../open.ts';
import {type AotOptions, defaultAotOptions} from '../options.ts';

const folder = new URL('../../../../engine/filetests/run/', import.meta.url);
type AotKey = 'aot-x64' | 'aot-arm64';

/** Machine code at these options, one engine for all modules. */
function compiled(key: AotKey, options: AotOptions): {executor: Executor; close: () => void} {
  const engine = openEngineHere(key, options);
  const session = engine.session(engine.features);
  const executor: Executor = (_, bytes) => {
    const made = session.instantiate(session.compile(bytes), () => undefined);
    assert.ok(made.kind === 'instance', made.kind);
    return (name, args) => {
      const outcome = session.invoke(made.instance, name, args);
      if (outcome.kind === 'return') return outcome.values.map(formatValue).join(', ');
      return outcome.kind === 'trap' ? `trap ${outcome.traps.join(' ')}` : outcome.kind;
    };
  };
  return {executor, close: () => engine.close()};
}

const levels: readonly AotOptions[] = [
  {...defaultAotOptions, level: 0},
  defaultAotOptions,
  {...defaultAotOptions, chaos: 3},
  {...defaultAotOptions, chaos: 8},
  {...defaultAotOptions, disabledPasses: ['gvn', 'licm', 'simplify']},
];

const cases = (['aot-x64', 'aot-arm64'] as const).flatMap((key) => levels.map((options) => ({key, options})));

for (const {key, options} of cases) {
  const status = engineStatus(key);
  const name = `-O${options.level} chaos ${options.chaos} without ${options.disabledPasses.join(' ') || 'nothing'}`;
  test(`machine code gives what the goldens say, ${key} ${name}`, {
    skip: status.available ? false : status.reason,
  }, async () => {
    const {executor, close} = compiled(key, options);
    const files = readdirSync(folder);
    assert.ok(files.length > 5);
    try {
      for (const file of files) await runRemarks(readFileSync(new URL(file, folder), 'utf8'), {[file]: executor});
    } finally {
      close();
    }
  });
}
