/**
 * Calls from running code to host functions: values leave their slots as raw bits and come back so.
 */
import {assert} from '../base/assert.ts';
import {trap} from '../base/trap.ts';
import type {Func} from '../runtime/func.ts';
import {hasForm} from '../runtime/values.ts';
import {MAX_NESTING, machine as m} from './machine.ts';
import {readValues, wordCount, writeValues} from './slots.ts';

/** Calls a host function whose arguments stand at the two slots; its results replace them. */
export function callHost(func: Func, slot: number, refSlot: number): void {
  const {params, results} = func.type;
  const host = func.host;
  assert(host !== null, 'a host function');
  if (m.nesting >= MAX_NESTING || slot + wordCount(results) > m.limit) trap('stack-overflow');
  const {top, refTop, mode} = m;
  const args = readValues(m, params, slot, refSlot);
  m.top = slot;
  m.refTop = refSlot;
  m.nesting += 1;
  try {
    const values = host(args);
    results.forEach((type, i) => assert(hasForm(values[i] ?? null, type), `result ${i} of a host function`));
    writeValues(m, results, slot, refSlot, values);
  } finally {
    m.nesting -= 1;
    m.top = top;
    m.refTop = refTop;
    m.mode = mode;
  }
}
