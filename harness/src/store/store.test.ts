import {strict as assert} from 'node:assert';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import Database from 'better-sqlite3';
import type {Divergence} from '../oracle/verdict.ts';
import {emptyPart, type ShardPart} from '../shard.ts';
import {openDatabase} from './open.ts';
import {type Settled, Store} from './store.ts';

function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-store-'));
  t.after(() => rmSync(folder, {recursive: true}));
  return join(folder, 'parallax.db');
}

const divergence: Divergence = {
  kind: 'value',
  step: 0,
  suspects: ['aot-x64'],
  partition: '{aot-x64}≠{interpreter,v8}',
  channel: 'result 0',
  shown: 'ok i32:1',
  believed: 'ok i32:2',
};
const settled = (index: number, rule: string | null): Settled => ({
  finding: {index, divergence, bytes: new Uint8Array([index])},
  reproduced: rule === null ? 'unverified' : 'yes',
  evidence: {rule, locus: null},
});
const part = (lo: number, hi: number): ShardPart => ({
  ...emptyPart(lo),
  hi,
  cases: hi - lo,
  executions: 3 * (hi - lo),
  digest: lo + 1,
  engines: {'aot-x64': {executions: hi - lo, traps: 1, timeouts: 0, unsupported: 0}},
});

function open(t: TestContext) {
  const path = temporary(t);
  const store = new Store(openDatabase(path));
  const campaign = store.createCampaign({
    slug: 'c',
    root: '1',
    config: '{}',
    toolVersion: '0',
    generatorVersion: '1',
    startedMs: 5,
  });
  return {path, store, campaign, builds: new Map([['aot-x64', store.build('aot-x64', '1', 5)]] as const)};
}

test('findings with one culprit share a bucket, and an unverified one joins by its raw signature', (t) => {
  const {store, campaign, builds} = open(t);
  const placed = store.commitShard(
    campaign.id,
    part(0, 10),
    [settled(1, 'r1'), settled(2, 'r1'), settled(3, 'r2'), settled(4, null)],
    builds,
    9,
  );
  assert.deepEqual(
    placed.map(({slug, isNew}) => [slug, isNew]),
    [
      ['D-0001', true],
      ['D-0001', false],
      ['D-0002', true],
      ['D-0001', false],
    ],
  );
  const row = store.campaign('c')!;
  assert.deepEqual([row.watermark, row.cases, row.executions], [10, 10, 30]);
});

test('a shard is stored whole or not at all', (t) => {
  const {path, store, campaign, builds} = open(t);
  assert.throws(
    () =>
      store.commitShard(campaign.id, part(0, 10), [settled(1, 'r1')], builds, 9, () => {
        throw new Error('disk full');
      }),
    /disk full/,
  );
  assert.throws(() => store.commitShard(campaign.id, part(5, 10), [], builds, 9), /watermark 0/);
  assert.equal(store.campaign('c')!.watermark, 0);
  store.close();
  const reader = openDatabase(path, {readonly: true});
  assert.deepEqual(reader.prepare('SELECT count(*) AS n FROM divergence').get(), {n: 0});
  reader.close();
});

test('the same digest of the same shards, another of others', (t) => {
  const {store, campaign, builds} = open(t);
  store.commitShard(campaign.id, part(0, 10), [], builds, 9);
  const {digest} = store.campaign('c')!;
  const other = store.createCampaign({
    slug: 'd',
    root: '1',
    config: '{}',
    toolVersion: '0',
    generatorVersion: '1',
    startedMs: 5,
  });
  store.commitShard(other.id, part(0, 10), [], builds, 99);
  assert.equal(store.campaign('d')!.digest, digest);
  store.commitShard(other.id, part(10, 11), [], builds, 99);
  assert.notEqual(store.campaign('d')!.digest, digest);
});

test('files that are no store, or a newer one, are refused and left alone', (t) => {
  const path = temporary(t);
  writeFileSync(path, 'not a database at all, but long enough to look like a file with a header of its own');
  assert.throws(() => openDatabase(path), /cannot open the store/);
  const foreign = `${path}.foreign`;
  new Database(foreign).exec('CREATE TABLE x (y)').close();
  assert.throws(() => openDatabase(foreign), /not a store of parallax/);
  const newer = `${path}.newer`;
  openDatabase(newer).close();
  const raw = new Database(newer);
  raw.pragma('user_version = 999');
  raw.close();
  assert.throws(() => openDatabase(newer), /newer parallax/);
  assert.throws(() => openDatabase(`${path}.none`, {readonly: true}), /parallax fuzz/);
});
