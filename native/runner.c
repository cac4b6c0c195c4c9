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

enum { EXIT_DONE = 0, EXIT_START = 1, EXIT_PROTOCOL = 2, EXIT_PIPE = 3 };

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

static struct {
  uint8_t *bytes;
  uint64_t length, capacity;
} input;

/* Makes at least `wanted` bytes of input present; ends the process when there will be no more. */
static void need(uint64_t wanted) {
  if (wanted > input.capacity) {
    input.capacity = wanted * 2;
    input.bytes = realloc(input.bytes, input.capacity);
    if (!input.bytes) exit(EXIT_START);
  }
  while (input.length < wanted) {
    ssize_t count = read(0, input.bytes + input.length, input.capacity - input.length);
    if (count == 0) exit(EXIT_DONE);
    if (count < 0 && errno != EINTR) exit(EXIT_PIPE);
    if (count > 0) input.length += (uint64_t)count;
  }
}

static void consume(uint64_t count) {
  input.length -= count;
  memmove(input.bytes, input.bytes + count, input.length);
}

static void send(Writer *out, uint32_t status, uint32_t sequence) {
  uint32_t header[4] = {(uint32_t)(out->length - FRAME_HEADER), FRAME_REPLY_MAGIC, status, sequence};
  memcpy(out->bytes, header, sizeof header);
  for (uint64_t at = 0; at < out->length;) {
    ssize_t count = write(1, out->bytes + at, out->length - at);
    if (count < 0 && errno != EINTR) exit(EXIT_PIPE);
    if (count > 0) at += (uint64_t)count;
  }
}

static void sendMalformed(Writer *out, uint32_t sequence) {
  putU32(out, MALFORMED_FRAME);
  for (int i = 0; i < 3; i++) putU32(out, 0);
  send(out, REPLY_MALFORMED, sequence);
}

static void putHello(Writer *out) {
  putU32(out, PROTOCOL_VERSION);
  putU32(out, ARCH_HERE);
  putU32(out, HOST_PAGE);
  putU32(out, cpuFeatures());
  putU64(out, stackSize);
  putU32(out, (uint32_t)getpid());
}

/* One frame in, one out. */
static void serve(Writer *out) {
  need(FRAME_HEADER);
  uint32_t length = wordAt(input.bytes, 0), magic = wordAt(input.bytes, 1);
  uint32_t kind = wordAt(input.bytes, 2), sequence = wordAt(input.bytes, 3);
  out->length = 0;
  writerTake(out, FRAME_HEADER);
  if (length > LIMIT_FRAME_BYTES || magic != FRAME_REQUEST_MAGIC) {
    sendMalformed(out, sequence);
    exit(EXIT_PROTOCOL);
  }
  need(FRAME_HEADER + (uint64_t)length);
  if (kind == KIND_BATCH) {
    bool done = batchRun(input.bytes + FRAME_HEADER, length, out);
    send(out, done ? REPLY_OK : REPLY_MALFORMED, sequence);
  } else if (length != 0 || kind < KIND_PING || kind > KIND_SHUTDOWN) {
    sendMalformed(out, sequence);
  } else {
    if (kind == KIND_SHUTDOWN) exit(EXIT_DONE);
    if (kind == KIND_HELLO) putHello(out);
    send(out, REPLY_OK, sequence);
  }
  consume(FRAME_HEADER + (uint64_t)length);
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
  Writer out = {0};
  for (;;) serve(&out);
}
