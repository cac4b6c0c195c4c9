import {strict as assert} from 'node:assert';
import {readdirSync, readFileSync} from 'node:fs';
import {test} from 'node:test';
import {formatValue} from '#engine/base/wire-value.ts';
import {type Executor, runRemarks} from '../../../../engine/filetests/executors.ts';
import {engineStatus, openEngineHere} from '../open.ts';
import {type AotOptions, defaultAotOptions} from '../options.ts';

const folder = new URL('../../../../engine/filetests/run/', import.meta.url);
const status = engineStatus('aot-x64');
const skip = status.available ? false : status.reason;

/** Machine code at these options, one engine for all modules. */
function compiled(options: AotOptions): {executor: Executor; close: () => void} {
  const engine = openEngineHere('aot-x64', options);
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

for (const options of levels) {
  const name = `-O${options.level} chaos ${options.chaos} without ${options.disabledPasses.join(' ') || 'nothing'}`;
  test(`machine code gives what the goldens say, ${name}`, {skip}, async () => {
    const {executor, close} = compiled(options);
    try {
      for (const file of readdirSync(folder))
        await runRemarks(readFileSync(new URL(file, folder), 'utf8'), {[file]: executor});
    } finally {
      close();
    }
  });
}
