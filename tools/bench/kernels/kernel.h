/* What every kernel shares: fixed-width names, a seeded generator, and the one export `run(n)`, whose result is a checksum. */
#pragma once
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
#define EXPORT __attribute__((export_name("run")))
#define NOINLINE __attribute__((noinline))

static u32 random_state;

/* xorshift32: the same numbers on every engine. */
static inline u32 next_random(void) {
  u32 x = random_state;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return random_state = x;
}

static inline u32 mix(u32 hash, u32 value) { return (hash ^ value) * 0x01000193u; }
static inline u32 rotl32(u32 x, int r) { return x << r | x >> (32 - r); }
static inline u32 rotr32(u32 x, int r) { return x >> r | x << (32 - r); }
static inline u64 rotl64(u64 x, int r) { return x << r | x >> (64 - r); }
