/** Durations and rates as people write and read them. */
const units = {ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000} as const;

/** Milliseconds of `90s`, `1.5h`, `500ms`, `1h30m`. Throws SyntaxError. */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  if (parts.length === 0 || parts.map(([all]) => all).join('') !== text)
    throw new SyntaxError(`not a duration: ${text} (for instance 60s, 10m, 8h, 1h30m)`);
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * units[unit as keyof typeof units], 0);
}

/** `5h12m`, `41s`, `3d4h`: two units at most. */
export function formatDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
  if (seconds < 86_400)
    return `${Math.floor(seconds / 3600)}h${String(Math.floor(seconds / 60) % 60).padStart(2, '0')}m`;
  return `${Math.floor(seconds / 86_400)}d${Math.floor(seconds / 3600) % 24}h`;
}

/** `41.8M`, `2.31k`, `812`: three significant digits. */
export function formatCount(count: number): string {
  const [value, suffix] =
    count >= 1e9
      ? [count / 1e9, 'G']
      : count >= 1e6
        ? [count / 1e6, 'M']
        : count >= 1e4
          ? [count / 1e3, 'k']
          : [count, ''];
  if (suffix === '') return Number.isInteger(value) ? String(value) : value.toFixed(1);
  return `${value.toPrecision(3)}${suffix}`;
}
