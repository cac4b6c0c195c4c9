/** What a report is made of: one plain document, so that all formats say the same. Read from the store by summarize.ts. */
export interface ReportBucket {
  readonly slug: string;
  readonly kind: string;
  readonly suspect: string;
  readonly title: string;
  readonly hits: number;
  readonly reproduced: string;
  readonly isNew: boolean;
}

export interface ReportEngine {
  readonly key: string;
  readonly version: string;
  readonly executions: number;
  readonly timeouts: number;
  readonly unsupported: number;
  readonly odd: number;
}

export interface ReportSpec {
  readonly key: string;
  readonly suite: string;
  readonly pass: number;
  readonly total: number;
}

export interface Summary {
  readonly schema: 'parallax/report@1';
  readonly campaign: string;
  readonly seed: string;
  readonly state: string;
  readonly cases: number;
  readonly executions: number;
  readonly unsupported: number;
  readonly engines: readonly ReportEngine[];
  readonly buckets: readonly ReportBucket[];
  readonly spec: readonly ReportSpec[];
  readonly legal: readonly {readonly rule: string; readonly uses: number}[];
  /** Cases done over time: milliseconds since the first sample, and the number. */
  readonly progress: readonly {readonly t_ms: number; readonly cases: number}[];
}

/** The first line of every format: what has to be looked at. */
export function verdictLine({buckets, spec}: Summary): string {
  const fresh = buckets.filter(({isNew}) => isNew).length;
  const failing = spec.filter(({pass, total}) => pass < total).map(({key}) => key);
  if (fresh > 0) return `RED - ${fresh} new bucket${fresh === 1 ? '' : 's'}`;
  if (buckets.length > 0) return `AMBER - ${buckets.length} known bucket${buckets.length === 1 ? '' : 's'} hit`;
  return `GREEN - every engine agrees${failing.length > 0 ? `; the suite is not complete on ${failing.join(', ')}` : ''}`;
}
