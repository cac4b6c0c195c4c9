/* Linear memories: equal reservations, kept for reuse, with an inaccessible rest. Code pages: writable, then executable. */
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include "native.h"

/* Address space is plenty, but an emulator keeps some 48 MB of its own for each mapping that it ever made: none is given back. */
#define KEPT_RESERVATIONS 1024

typedef struct {
  uint8_t *base;
  uint64_t committed;
} Reservation;

static Reservation kept[KEPT_RESERVATIONS];
static uint32_t keptCount;

static uint64_t roundUp(uint64_t bytes, uint64_t unit) { return (bytes + unit - 1) / unit * unit; }

/* Makes exactly the first `bytes` (rounded up to host pages) accessible. */
static bool commit(Reservation *r, uint64_t bytes) {
  uint64_t wanted = roundUp(bytes, HOST_PAGE);
  if (wanted > r->committed) {
    if (mprotect(r->base + r->committed, wanted - r->committed, PROT_READ | PROT_WRITE) != 0) return false;
  } else if (wanted < r->committed) {
    if (mprotect(r->base + wanted, r->committed - wanted, PROT_NONE) != 0) return false;
  }
  r->committed = wanted;
  return true;
}

static bool reserve(Reservation *r) {
  if (keptCount > 0) {
    *r = kept[--keptCount];
    return true;
  }
  void *base = mmap(NULL, LIMIT_RESERVATION_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  *r = (Reservation){base, 0};
  return base != MAP_FAILED;
}

/* The bytes of a released memory become zero again before its reservation is kept. */
static void giveBack(Reservation r) {
  bool clean = r.committed == 0 || madvise(r.base, r.committed, MADV_DONTNEED) == 0;
  if (clean && keptCount < KEPT_RESERVATIONS) kept[keptCount++] = r;
  else munmap(r.base, LIMIT_RESERVATION_BYTES);
}

/* pageSizeLog2, maxPages and handle are set by the caller. */
bool memoryCreate(Memory *memory, uint64_t minPages) {
  if (minPages > LIMIT_MEMORY_BYTES >> memory->pageSizeLog2) return false;
  uint64_t bytes = minPages << memory->pageSizeLog2;
  Reservation r;
  if (!reserve(&r)) return false;
  if (!commit(&r, bytes)) {
    giveBack(r);
    return false;
  }
  memory->desc = (MemoryDesc){bytes, r.base};
  memory->committed = r.committed;
  return true;
}

void memoryRelease(Memory *memory) { giveBack((Reservation){memory->desc.base, memory->committed}); }

static uint64_t growAlone(Memory *memory, uint64_t delta) {
  uint64_t old = memory->desc.byteLength >> memory->pageSizeLog2;
  uint64_t limit = LIMIT_MEMORY_BYTES >> memory->pageSizeLog2;
  if (limit > memory->maxPages) limit = memory->maxPages;
  if (delta > limit || old > limit - delta) return ALL_ONES;
  Reservation r = {memory->desc.base, memory->committed};
  if (!commit(&r, (old + delta) << memory->pageSizeLog2)) return ALL_ONES;
  memory->committed = r.committed;
  memory->desc.byteLength = (old + delta) << memory->pageSizeLog2;
  return old;
}

/* Old size in pages, or all ones. Others see the new length once its bytes are there. */
uint64_t memoryGrow(Memory *memory, uint64_t delta) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&lock);
  uint64_t old = growAlone(memory, delta);
  pthread_mutex_unlock(&lock);
  return old;
}

bool codeCreate(Code *code, const uint8_t *bytes, uint64_t size) {
  uint64_t mapped = roundUp(size, HOST_PAGE);
  uint8_t *base = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED) return false;
  memcpy(base, bytes, size);
  if (mprotect(base, mapped, PROT_READ | PROT_EXEC) != 0) {
    munmap(base, mapped);
    return false;
  }
  __builtin___clear_cache((char *)base, (char *)base + size);
  *code = (Code){base, size, mapped};
  return true;
}

void codeRelease(Code *code) { munmap(code->base, code->mapped); }
