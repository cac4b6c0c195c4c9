/**
 * Generated cases over all features on interpreter and V8, without a pool: no difference is left unexplained.
 * `PARALLAX_CASES=20000 node --test harness/src/e2e/agreement.test.ts` looks at more, PARALLAX_SEED at others.
 */
import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {generateCase, generatedFeatures, packCase} from '#generators/index.ts';
import {systemClock} from '../clock.ts';
import {InterpreterEngine} from '../engines/interpreter.ts';
import {V8Engine} from '../engines/v8.ts';
import {runRange} from '../pool/run-range.ts';

const CASES = Number(process.env['PARALLAX_CASES'] ?? 150);
const ROOT = process.env['PARALLAX_SEED'] ?? '5eed0b1100000004';
const SLICE = 500;

test(`interpreter and V8 agree on ${CASES} cases over all features, seed ${ROOT}`, (t) => {
  const world = {
    engines: [new InterpreterEngine(), new V8Engine()],
    generate: (index: number) => generateCase(ROOT, index, {features: generatedFeatures}),
    pack: packCase,
    clock: systemClock,
    options: {timeoutMs: 1000},
    beat() {},
  };
  let unsupported = 0;
  for (let lo = 0; lo < CASES; lo += SLICE) {
    const part = runRange(world, {lo, hi: Math.min(lo + SLICE, CASES), deadly: [], attempt: 0});
    unsupported += part.unsupported;
    assert.deepEqual(
      part.findings.map(({index, divergence}) => [`${ROOT}:${index}`, divergence]),
      [],
    );
  }
  t.diagnostic(`${CASES - unsupported} compared, ${unsupported} beyond V8's features`);
  assert.ok(unsupported < CASES / 4);
});
