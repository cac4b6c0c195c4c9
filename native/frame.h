/* Reading the fields of a request, appending to a reply. Reads past the end yield 0 and set `bad`. */
#pragma once
#include "native.h"

typedef struct {
  const uint8_t *at, *end;
  bool bad;
} Reader;

static inline uint64_t left(const Reader *in) { return (uint64_t)(in->end - in->at); }

static inline uint32_t takeU32(Reader *in) {
  uint32_t value;
  if (left(in) < 4) {
    in->bad = true;
    in->at = in->end;
    return 0;
  }
  memcpy(&value, in->at, 4);
  in->at += 4;
  return value;
}

static inline uint64_t takeU64(Reader *in) {
  uint64_t low = takeU32(in);
  return low | (uint64_t)takeU32(in) << 32;
}

/* `count` items of `size` bytes (a multiple of 4); NULL when they are not there. */
static inline const uint8_t *takeItems(Reader *in, uint64_t count, uint64_t size) {
  if (in->bad || count > left(in) / size) {
    in->bad = true;
    in->at = in->end;
    return NULL;
  }
  const uint8_t *items = in->at;
  in->at += count * size;
  return items;
}

/* u32 length, then that many bytes, padded to 4. */
static inline const uint8_t *takeBytes(Reader *in, uint32_t *length) {
  *length = takeU32(in);
  return takeItems(in, ((uint64_t)*length + 3) / 4, 4);
}

static inline bool finished(const Reader *in) { return !in->bad && in->at == in->end; }

static inline uint32_t wordAt(const uint8_t *items, uint64_t index) {
  uint32_t value;
  memcpy(&value, items + index * 4, 4);
  return value;
}

static inline uint64_t doubleWordAt(const uint8_t *items, uint64_t index) {
  uint64_t value;
  memcpy(&value, items + index * 8, 8);
  return value;
}

typedef struct {
  uint8_t *bytes;
  uint64_t length, capacity;
} Writer;

/* Room for `size` more bytes, which the caller fills; NULL when there is no memory. */
uint8_t *writerTake(Writer *out, uint64_t size);
void writerFree(Writer *out);

static inline bool putU32(Writer *out, uint32_t value) {
  uint8_t *at = writerTake(out, 4);
  if (at) memcpy(at, &value, 4);
  return at != NULL;
}

static inline bool putU64(Writer *out, uint64_t value) {
  uint8_t *at = writerTake(out, 8);
  if (at) memcpy(at, &value, 8);
  return at != NULL;
}
