/** Shards of a run: `i/n` takes the i-th of n parts of a list, the same parts for the same list everywhere. */
export interface ShardOf {
  readonly index: number;
  readonly count: number;
}

/** Reads `2/5`. Throws SyntaxError. */
export function readShard(text: string): ShardOf {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || index < 1 || index > count) throw new SyntaxError(`not a shard: ${text} (for instance 2/5)`);
  return {index, count};
}

/** The part of a list. */
export function shardOf<T>(items: readonly T[], {index, count}: ShardOf): T[] {
  return items.filter((_, at) => at % count === index - 1);
}
