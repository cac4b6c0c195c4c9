/**
 * The event log of a campaign: `events.ndjson`, one event a line. Times stand in `t` and in fields that end in `_ms`;
 * everything else is a function of (commit, root, number of cases). A shard's events are written inside the transaction
 * that commits it, and lines behind the last committed shard are cut off when a campaign is resumed.
 */
import {appendFileSync, existsSync, readFileSync, statSync, truncateSync} from 'node:fs';

export type CampaignLogEvent =
  | {
      readonly ev: 'start';
      readonly seed: string;
      readonly engines: readonly string[];
      readonly generator: string;
      readonly shard_size: number;
    }
  | {readonly ev: 'resume'; readonly watermark: number}
  | {
      readonly ev: 'finding';
      readonly index: number;
      readonly bucket: string;
      readonly new: boolean;
      readonly kind: string;
      readonly suspect: string;
      readonly partition: string;
      readonly channel: string;
      readonly shown: string;
      readonly believed: string;
      readonly signature: string;
      readonly reproduced: string;
    }
  | {
      readonly ev: 'shard';
      readonly lo: number;
      readonly hi: number;
      readonly cases: number;
      readonly executions: number;
      readonly unsupported: number;
      readonly digest: string;
    }
  | {readonly ev: 'end'; readonly reason: string; readonly cases: number; readonly elapsed_ms: number};

export class EventLog {
  readonly #path: string;
  readonly #now: () => number;
  constructor(path: string, now: () => number) {
    this.#path = path;
    this.#now = now;
  }

  /** Appends events in one write; throws when the disk is full, with nothing but whole earlier lines to rely on. */
  append(events: readonly CampaignLogEvent[]): void {
    if (events.length === 0) return;
    const t = new Date(this.#now()).toISOString();
    appendFileSync(this.#path, events.map((event) => `${JSON.stringify({v: 1, t, ...event})}\n`).join(''));
  }

  /** Length of the log in bytes; what was appended since can be taken back with `cut`. */
  mark(): number {
    return existsSync(this.#path) ? statSync(this.#path).size : 0;
  }

  /** Takes back what was appended since the mark: its transaction failed. */
  cut(mark: number): void {
    if (this.mark() > mark) truncateSync(this.#path, mark);
  }

  /** Cuts off what stands behind the shard that ends at `watermark`: torn lines and events of lost transactions. */
  rewind(watermark: number): void {
    if (!existsSync(this.#path)) return;
    truncateSync(this.#path, committedLength(readFileSync(this.#path, 'utf8'), watermark));
  }
}

/** Bytes up to the end of the last line that belongs to committed work. */
function committedLength(text: string, watermark: number): number {
  let kept = 0;
  let at = 0;
  for (const line of text.split('\n').slice(0, -1)) {
    at += Buffer.byteLength(line) + 1;
    const event = parse(line);
    if (event?.ev === 'start' || event?.ev === 'resume' || event?.ev === 'end') kept = at;
    if (event?.ev === 'shard' && event.hi <= watermark) kept = at;
  }
  return kept;
}

function parse(line: string): CampaignLogEvent | null {
  try {
    return JSON.parse(line) as CampaignLogEvent;
  } catch {
    return null;
  }
}
