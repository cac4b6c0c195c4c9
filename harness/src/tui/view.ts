/**
 * The dashboard on a terminal: an Ink component that draws the lines of dashboard.ts twice a second, and the keys.
 * The only file that imports Ink and React; it is loaded when there is a terminal and never otherwise.
 */
import {Box, render, Text, useInput, useWindowSize} from 'ink';
import {createElement as h, useEffect, useState} from 'react';
import {drawDashboard, type Line} from './dashboard.ts';
import type {Dashboard} from './model.ts';
import type {Glyphs} from './text.ts';

export interface DashboardHandlers {
  readonly snapshot: () => Dashboard;
  /** First request to stop; a second one within the campaign's grace kills. */
  readonly onStop: () => void;
}

const TICK_MS = 500;
const HINT = ' q stop  Ctrl-C stop, twice: kill  │ parallax fuzz --help';
const STOPPING = ' stopping: leased work is being finished and stored; Ctrl-C again kills';

/** The component; `showDashboard` puts it on a terminal. */
export function DashboardView({handlers, glyphs}: {handlers: DashboardHandlers; glyphs: Glyphs}) {
  const [, tick] = useState(0);
  const {columns, rows} = useWindowSize();
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  useInput((input, key) => {
    if (input === 'q' || (key.ctrl && input === 'c')) handlers.onStop();
  });
  const dashboard = handlers.snapshot();
  const hint = dashboard.state === 'RUN' ? HINT : STOPPING;
  const lines = drawDashboard(dashboard, {columns, rows, glyphs, hint});
  return h(
    Box,
    {flexDirection: 'column', height: rows, width: columns},
    ...lines.map((line, index) => h(Text, {key: index, wrap: 'truncate', ...styleOf(line)}, line.text)),
  );
}

/** Ink's properties for a style. */
function styleOf({style}: Line): Record<string, unknown> {
  switch (style) {
    case undefined:
      return {};
    case 'bold':
      return {bold: true};
    case 'dim':
      return {dimColor: true};
    case 'inverse':
      return {inverse: true};
    default:
      return {color: style};
  }
}

/** Shows the dashboard on the alternate screen; the returned function takes it away again. */
export function showDashboard(handlers: DashboardHandlers, glyphs: Glyphs): () => Promise<void> {
  const app = render(h(DashboardView, {handlers, glyphs}), {
    alternateScreen: true,
    incrementalRendering: true,
    maxFps: 4,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  return async () => {
    app.unmount();
    await app.waitUntilExit();
  };
}
