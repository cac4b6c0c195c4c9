import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {numeric} from '#engine/base/wire-value.ts';
import {generateCase} from '#generators/index.ts';
import type {Engine} from '../engines/engine.ts';
import {InterpreterEngine} from '../engines/interpreter.ts';
import {numericInstructions, probeCase, probeLowering} from './probe-lowering.ts';

const options = {timeoutMs: 1000};

/** A suspect that is right but for one instruction, of which it flips a bit of every result. */
function lying(mnemonic: string): Engine {
  const honest = new InterpreterEngine();
  const lie: Engine['runCase'] = (testCase, limits) => {
    const observation = honest.runCase(testCase, limits);
    if (observation.status !== 'ran') return observation;
    const calls = observation.calls.map((call, index) => {
      const {outcome} = call;
      const value = outcome.kind === 'return' ? outcome.values[0] : undefined;
      if (testCase.calls[index]!.name !== mnemonic || value === undefined || !('bits' in value)) return call;
      return {...call, outcome: {kind: 'return' as const, values: [numeric(value.kind, value.bits ^ 1n)]}};
    });
    return {...observation, calls};
  };
  return Object.assign(new InterpreterEngine(), {runCase: lie});
}

test('the lowering that lies is named, and honest ones are not', () => {
  const testCase = generateCase('0000000000c0ffee', 20);
  const list = numericInstructions(testCase);
  assert.ok(list.length > 5);
  const observation = new InterpreterEngine().runCase(probeCase(list), options);
  assert.equal(observation.status, 'ran');
  const names = [...new Set(probeCase(list).calls.map(({name}) => name))];
  for (const name of names.slice(0, 8))
    assert.equal(probeLowering(testCase, lying(name), new InterpreterEngine(), options), `lower.${name}`);
  assert.equal(probeLowering(testCase, new InterpreterEngine(), new InterpreterEngine(), options), null);
});
