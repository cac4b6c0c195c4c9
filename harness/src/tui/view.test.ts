import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {render} from 'ink-testing-library';
import {createElement as h} from 'react';
import {example} from './example.ts';
import {ascii} from './text.ts';
import {DashboardView} from './view.ts';

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

test('the dashboard is drawn, and q and Ctrl-C ask for a stop', async () => {
  let stops = 0;
  const handlers = {snapshot: () => example, onStop: () => void stops++};
  const app = render(h(DashboardView, {handlers, glyphs: ascii}));
  await settled();
  assert.match(app.lastFrame() ?? '', /nightly RUN 5h12m/);
  app.stdin.write('x');
  app.stdin.write('q');
  await settled();
  assert.equal(stops, 1);
  app.stdin.write('\x03');
  await settled();
  assert.equal(stops, 2);
  app.unmount();
});
