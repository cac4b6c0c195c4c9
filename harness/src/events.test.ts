import {strict as assert} from 'node:assert';
import {appendFileSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {type CampaignLogEvent, EventLog} from './events.ts';

const shard = (lo: number, hi: number): CampaignLogEvent => ({
  ev: 'shard',
  lo,
  hi,
  cases: hi - lo,
  executions: 0,
  unsupported: 0,
  digest: '0',
});

test('rewinding cuts torn lines and shards that were not committed, and nothing else', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-events-'));
  t.after(() => rmSync(folder, {recursive: true}));
  const path = join(folder, 'events.ndjson');
  const log = new EventLog(path, () => 0);
  log.append([{ev: 'start', seed: '0', engines: [], generator: '1', shard_size: 10}]);
  log.append([shard(0, 10)]);
  log.append([shard(10, 20)]);
  const whole = readFileSync(path, 'utf8');
  log.append([{...shard(20, 30)}]);
  appendFileSync(path, '{"v":1,"t":"1970');
  log.rewind(20);
  assert.equal(readFileSync(path, 'utf8'), whole);
  log.rewind(20);
  assert.equal(readFileSync(path, 'utf8'), whole);
});
