/* The process: frames in on descriptor 0, frames out on descriptor 1. See README.md. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include "ops.h"
#if defined(__x86_64__)
#include "x64.h"
#else
#include "arm64.h"
#endif

/* Records need 8 bytes even when the payloads are full, hence room above the frame limit. */
#define REPLY_BYTES (2ull * LIMIT_FRAME_BYTES)

enum { GOES_ON = -1, EXIT_DONE = 0, EXIT_START = 1, EXIT_PROTOCOL = 2, EXIT_PIPE = 3 };

uint8_t *writerTake(Writer *out, uint64_t size) {
  if (size > REPLY_BYTES || out->length > REPLY_BYTES - size) return NULL;
  if (out->length + size > out->capacity) {
    uint64_t capacity = out->capacity ? out->capacity : 65536;
    while (capacity < out->length + size) capacity *= 2;
    uint8_t *bytes = realloc(out->bytes, capacity);
    if (!bytes) return NULL;
    out->bytes = bytes;
    out->capacity = capacity;
  }
  out->length += size;
  return out->bytes + out->length - size;
}

void writerFree(Writer *out) { free(out->bytes); }

/* Makes at least `wanted` bytes of input present; EXIT_DONE when there will be no more. */
static int need(Connection *c, uint64_t wanted) {
  if (wanted > c->capacity) {
    c->capacity = wanted * 2;
    uint8_t *bytes = realloc(c->bytes, c->capacity);
    if (!bytes) return EXIT_START;
    c->bytes = bytes;
  }
  while (c->length < wanted) {
    ssize_t count = read(c->in, c->bytes + c->length, c->capacity - c->length);
    if (count == 0) return EXIT_DONE;
    if (count < 0 && errno != EINTR) return EXIT_PIPE;
    if (count > 0) c->length += (uint64_t)count;
  }
  return GOES_ON;
}

static void consume(Connection *c, uint64_t count) {
  c->length -= count;
  memmove(c->bytes, c->bytes + count, c->length);
}

static int send(const Connection *c, Writer *out, uint32_t status, uint32_t sequence) {
  uint32_t header[4] = {(uint32_t)(out->length - FRAME_HEADER), FRAME_REPLY_MAGIC, status, sequence};
  memcpy(out->bytes, header, sizeof header);
  for (uint64_t at = 0; at < out->length;) {
    ssize_t count = write(c->out, out->bytes + at, out->length - at);
    if (count < 0 && errno != EINTR) return EXIT_PIPE;
    if (count > 0) at += (uint64_t)count;
  }
  return GOES_ON;
}

static int sendMalformed(const Connection *c, Writer *out, uint32_t sequence) {
  putU32(out, MALFORMED_FRAME);
  for (int i = 0; i < 3; i++) putU32(out, 0);
  return send(c, out, REPLY_MALFORMED, sequence);
}

static void putHello(Writer *out) {
  putU32(out, PROTOCOL_VERSION);
  putU32(out, ARCH_HERE);
  putU32(out, HOST_PAGE);
  putU32(out, cpuFeatures());
  putU64(out, stackSize);
  putU32(out, (uint32_t)getpid());
}

/* What a whole frame wants. */
static int answer(const Connection *c, Writer *out, uint32_t kind, uint32_t length, uint32_t sequence) {
  if (kind == KIND_BATCH) {
    bool done = batchRun(c->bytes + FRAME_HEADER, length, out);
    return send(c, out, done ? REPLY_OK : REPLY_MALFORMED, sequence);
  }
  if (length != 0 || kind < KIND_PING || kind > KIND_SHUTDOWN) return sendMalformed(c, out, sequence);
  if (kind == KIND_SHUTDOWN) return EXIT_DONE;
  if (kind == KIND_HELLO) putHello(out);
  return send(c, out, REPLY_OK, sequence);
}

/* One frame in, one out; GOES_ON, or the exit code. */
static int serveFrame(Connection *c, Writer *out) {
  int end = need(c, FRAME_HEADER);
  if (end != GOES_ON) return end;
  uint32_t length = wordAt(c->bytes, 0), magic = wordAt(c->bytes, 1);
  uint32_t kind = wordAt(c->bytes, 2), sequence = wordAt(c->bytes, 3);
  out->length = 0;
  writerTake(out, FRAME_HEADER);
  if (length > LIMIT_FRAME_BYTES || magic != FRAME_REQUEST_MAGIC) {
    sendMalformed(c, out, sequence);
    return EXIT_PROTOCOL;
  }
  end = need(c, FRAME_HEADER + (uint64_t)length);
  if (end != GOES_ON) return end;
  end = answer(c, out, kind, length, sequence);
  consume(c, FRAME_HEADER + (uint64_t)length);
  return end;
}

int serve(Connection *c) {
  Writer out = {0};
  int end = GOES_ON;
  while (end == GOES_ON) end = serveFrame(c, &out);
  writerFree(&out);
  free(c->bytes);
  return end;
}

/* No core dumps, no large files, no life after the thread that started us. */
static void harden(void) {
  struct rlimit none = {0, 0}, small = {1 << 20, 1 << 20};
  setrlimit(RLIMIT_CORE, &none);
  setrlimit(RLIMIT_FSIZE, &small);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGPIPE, SIG_IGN);
}

static uint64_t stackOption(int count, char **options) {
  if (count == 1) return LIMIT_STACK_BYTES;
  if (count != 3 || strcmp(options[1], "--stack") != 0) return 0;
  uint64_t size = strtoull(options[2], NULL, 10);
  bool sound = size >= 2 * LIMIT_STACK_RESERVE && size <= 1ull << 30 && size % HOST_PAGE == 0;
  return sound ? size : 0;
}

int main(int count, char **options) {
  uint64_t size = stackOption(count, options);
  if (size == 0) {
    fprintf(stderr, "usage: runner [--stack BYTES], a multiple of %u, at least %u\n", HOST_PAGE, 2 * LIMIT_STACK_RESERVE);
    return EXIT_START;
  }
  harden();
  if (sysconf(_SC_PAGESIZE) != HOST_PAGE || !objectsInit() || !stackInit(size) || !trapInit()) {
    fprintf(stderr, "runner: cannot start: %s\n", strerror(errno));
    return EXIT_START;
  }
  exit(serve(&(Connection){.in = 0, .out = 1}));
}
