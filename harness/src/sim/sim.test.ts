import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {type CampaignConfig, initialState, step} from '../campaign.ts';
import {mix} from '../shard.ts';
import {type Disk, emptyDisk, fakePart, simulate, type World} from './simulator.ts';

const config: CampaignConfig = {
  root: '0',
  shardSize: 7,
  slots: 3,
  from: 0,
  until: 100,
  deadlineMs: null,
  verifyLimit: 2,
  maxFindings: null,
};

/** A small generator of the world's chances from one seed. */
function world(seed: number, harsh: number): World {
  let state = seed >>> 0;
  const draw = (n: number) => (state = mix(state + 0x6d2b79f5, n)) % Math.max(1, n);
  return {
    draw,
    flakyWorker: 40 * harsh,
    killSupervisor: 10 * harsh,
    diverges: (index) => mix(index, 99) % 6 === 0,
    kills: (index) => harsh > 0 && mix(index, 7) % 25 === 0,
  };
}

/** What holds of the disk after any campaign: every index once, in order, with its finding and no other. */
function check(disk: Disk, w: World, until: number): void {
  let at = 0;
  for (const {lo, hi, cases} of disk.shards) {
    assert.equal(lo, at);
    assert.equal(cases, hi - lo);
    at = hi;
  }
  assert.equal(at, until);
  const findings = disk.findings.map(({index}) => index);
  assert.deepEqual(
    findings,
    [...new Set(findings)].sort((a, b) => a - b),
    'no finding twice, none out of order',
  );
  const due = Array.from({length: until}, (_, index) => index).filter((index) => w.diverges(index) || w.kills(index));
  for (const index of due) assert.ok(findings.includes(index), `finding ${index} is lost`);
}

test('no finding is lost or repeated, however workers and the supervisor die', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({min: 0, max: 3}), (seed, harsh) => {
      const disk = emptyDisk();
      const w = world(seed, harsh);
      assert.equal(simulate(w, config, disk, 50_000), 'cases');
      check(disk, w, 100);
    }),
    {seed: 42, numRuns: 300},
  );
});

test('what is stored does not depend on the order in which workers finish', () => {
  const stored = (seed: number) => {
    const disk = emptyDisk();
    const w = {...world(seed, 0), flakyWorker: 0};
    simulate(w, config, disk, 10_000);
    return disk;
  };
  const first = stored(1);
  for (let seed = 2; seed < 30; seed++) {
    const other = stored(seed);
    assert.deepEqual(other.findings, first.findings);
    assert.deepEqual(
      other.shards.map(({lo, hi, findings}) => [lo, hi, findings.length]),
      first.shards.map(({lo, hi, findings}) => [lo, hi, findings.length]),
    );
  }
});

test('the check notices a campaign that drops or repeats a finding', () => {
  const disk = emptyDisk();
  const w = world(3, 0);
  simulate(w, config, disk, 10_000);
  const index = disk.findings[2]!;
  assert.throws(() => check({...disk, findings: disk.findings.filter((f) => f !== index)}, w, 100), /lost/);
  assert.throws(() => check({...disk, findings: [...disk.findings, index]}, w, 100), /twice/);
  assert.throws(() => check({...disk, shards: disk.shards.slice(1)}, w, 100));
});

test('a stop lets leased work come back, commits what is whole from the front, and finishes', () => {
  const w = world(5, 0);
  let {state, commands} = step(initialState({...config, until: null}), {kind: 'start'});
  const leases = commands.flatMap((command) => (command.kind === 'lease' ? [command] : []));
  assert.deepEqual(
    leases.map(({lease}) => [lease.lo, lease.hi]),
    [
      [0, 7],
      [7, 14],
      [14, 21],
    ],
  );
  ({state, commands} = step(state, {kind: 'stop', reason: 'SIGINT'}));
  assert.deepEqual(commands, []);
  const ends: string[] = [];
  for (const {slot, lease} of [...leases].reverse()) {
    ({state, commands} = step(state, {kind: 'part', slot, part: {...fakePart(w, lease, lease.hi), findings: []}}));
    ends.push(commands.map(({kind}) => kind).join(' '));
  }
  assert.deepEqual(ends, ['', '', 'commit commit commit finish']);
  assert.equal(state.reason, 'SIGINT');
});

test('the deadline stops the campaign at the first tick after it', () => {
  const begun = step(initialState({...config, until: null, deadlineMs: 50}), {kind: 'start'}).state;
  assert.equal(step(begun, {kind: 'tick', nowMs: 49}).state.phase, 'running');
  assert.equal(step(begun, {kind: 'tick', nowMs: 50}).state.phase, 'stopping');
});
