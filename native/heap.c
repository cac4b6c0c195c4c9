/*
 * Blocks and cells. A size class allocates by moving a cursor through a run of free cells; the bits of a run are set when
 * it is handed out, and what the cursor has not reached is given back before a collection. The memory of free blocks
 * stays mapped; a reset gives most of it back to the system.
 */
#include "heap.h"
#include <pthread.h>
#include <sys/mman.h>

#define BUDGET_MIN (4ull << 20)
#define KEPT_BYTES (16ull << 20)
#define POISON 0xdb
/* Above this, stress collects only when the heap has grown by a part of what lives: each collection costs all of it. */
#define STRESS_LIVE (256u << 10)

Heap heap;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void heapLock(void) { pthread_mutex_lock(&lock); }

void heapUnlock(void) { pthread_mutex_unlock(&lock); }

const uint32_t cellBytes[CLASS_COUNT] = {
  16,  32,  48,  64,  80,  96,   112,  128,  160,  192,  224,  256,  320,   384,   448,
  512, 640, 768, 896, 1024, 1344, 2048, 2720, 4096, 5456, 8192, 10912, 16384, 21840, 32768,
};
/* Size class by sixteenths of the bytes. */
static uint8_t classOf[SMALL_MAX / CELL_MIN + 1];

bool heapInit(void) {
  uint8_t sizeClass = 0;
  for (uint32_t units = 0; units <= SMALL_MAX / CELL_MIN; units++) {
    while (cellBytes[sizeClass] < units * CELL_MIN) sizeClass++;
    classOf[units] = sizeClass;
  }
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  uint8_t *base = mmap(NULL, LIMIT_HEAP_BYTES + BLOCK_BYTES, PROT_READ | PROT_WRITE, flags, -1, 0);
  heap.blocks = mmap(NULL, BLOCK_COUNT * sizeof(Block), PROT_READ | PROT_WRITE, flags, -1, 0);
  if (base == MAP_FAILED || heap.blocks == MAP_FAILED) return false;
  heap.base = (uint8_t *)(((uintptr_t)base + BLOCK_BYTES - 1) & ~(uintptr_t)(BLOCK_BYTES - 1));
  heapReset();
  return (uint64_t)(uintptr_t)heap.base >= OBJECT_LOWEST && markInit();
}

static void forgetCursors(void) {
  memset(heap.cursor, 0, sizeof heap.cursor);
  memset(heap.limit, 0, sizeof heap.limit);
  memset(heap.scanCell, 0, sizeof heap.scanCell);
  memset(heap.scan, 0xff, sizeof heap.scan);
}

void heapReset(void) {
  uint64_t used = (uint64_t)heap.high * BLOCK_BYTES;
  if (used > KEPT_BYTES) madvise(heap.base + KEPT_BYTES, used - KEPT_BYTES, MADV_DONTNEED);
  for (uint32_t i = 0; i < heap.high; i++) heap.blocks[i].kind = BLOCK_FREE;
  heap.high = heap.freeBlocks = heap.firstFree = heap.options = 0;
  heap.taken = heap.live = heap.collections = heap.allocations = 0;
  heap.budget = BUDGET_MIN;
  forgetCursors();
}

/* Under stress runs are one cell long: what the cursors hold is given back. */
void heapSetOptions(uint32_t options) {
  heapFlush();
  uint32_t scan[CLASS_COUNT];
  memcpy(scan, heap.scan, sizeof scan);
  forgetCursors();
  memcpy(heap.scan, scan, sizeof scan);
  heap.options = options;
}

uint64_t heapBytes(void) { return (uint64_t)(heap.high - heap.freeBlocks) * BLOCK_BYTES; }

void *heapCell(uint32_t block, uint32_t cell) {
  uint8_t *start = heap.base + (uint64_t)block * BLOCK_BYTES;
  return heap.blocks[block].kind == BLOCK_SMALL ? start + cell * cellBytes[heap.blocks[block].sizeClass] : start;
}

static bool bit(const uint64_t *bits, uint32_t index) { return bits[index / 64] >> index % 64 & 1; }

static void setBits(uint64_t *bits, uint32_t from, uint32_t to) {
  for (; from < to && from % 64 != 0; from++) bits[from / 64] |= 1ull << from % 64;
  for (; from + 64 <= to; from += 64) bits[from / 64] = ALL_ONES;
  for (; from < to; from++) bits[from / 64] |= 1ull << from % 64;
}

static void clearBits(uint64_t *bits, uint32_t from, uint32_t to) {
  for (; from < to; from++) bits[from / 64] &= ~(1ull << from % 64);
}

bool heapFind(uint64_t address, uint32_t *block, uint32_t *cell) {
  uint64_t offset = address - (uint64_t)(uintptr_t)heap.base;
  if (offset >= (uint64_t)heap.high * BLOCK_BYTES) return false;
  uint32_t index = (uint32_t)(offset >> BLOCK_BITS);
  Block *found = &heap.blocks[index];
  if (found->kind == BLOCK_SMALL) {
    *block = index;
    *cell = (uint32_t)(offset & (BLOCK_BYTES - 1)) / cellBytes[found->sizeClass];
    return *cell < found->cells && bit(found->allocated, *cell);
  }
  *block = found->kind == BLOCK_CONTINUED ? index - found->span : index;
  *cell = 0;
  return found->kind != BLOCK_FREE;
}

/* ---- blocks */

/* First of `count` neighbouring free blocks; NO_BLOCK when the heap is full. */
static uint32_t findBlocks(uint32_t count) {
  uint32_t run = 0, first = NO_BLOCK;
  for (uint32_t i = heap.firstFree; i < heap.high && heap.freeBlocks >= count; i++) {
    bool isFree = heap.blocks[i].kind == BLOCK_FREE;
    if (isFree && first == NO_BLOCK) first = i;
    run = isFree ? run + 1 : 0;
    if (run < count) continue;
    heap.freeBlocks -= count;
    if (count == 1) heap.firstFree = i + 1;
    else heap.firstFree = first;
    return i + 1 - count;
  }
  if (count > BLOCK_COUNT - heap.high) return NO_BLOCK;
  heap.high += count;
  return heap.high - count;
}

static uint32_t takeBlocks(uint32_t count) {
  uint32_t first = findBlocks(count);
  if (first != NO_BLOCK) heap.taken += (uint64_t)count * BLOCK_BYTES;
  return first;
}

static void releaseBlocks(uint32_t first, uint32_t count) {
  for (uint32_t i = first; i < first + count; i++) heap.blocks[i].kind = BLOCK_FREE;
  heap.freeBlocks += count;
  if (first < heap.firstFree) heap.firstFree = first;
}

static void *takeLarge(uint64_t bytes) {
  uint32_t count = (uint32_t)((bytes + BLOCK_BYTES - 1) >> BLOCK_BITS);
  uint32_t first = takeBlocks(count);
  if (first == NO_BLOCK) return NULL;
  heap.blocks[first].kind = BLOCK_LARGE;
  heap.blocks[first].cells = 1;
  heap.blocks[first].span = count;
  heap.blocks[first].marked[0] = 0;
  for (uint32_t i = 1; i < count; i++) {
    heap.blocks[first + i].kind = BLOCK_CONTINUED;
    heap.blocks[first + i].span = i;
  }
  return heapCell(first, 0);
}

/* ---- runs of cells */

/* The next free run of a block from a cell on goes to the cursor of its class; false when there is none. */
static bool takeRun(uint32_t index, uint32_t from) {
  Block *block = &heap.blocks[index];
  uint32_t start = from;
  while (start < block->cells && bit(block->allocated, start))
    start += block->allocated[start / 64] >> start % 64 == ALL_ONES >> start % 64 ? 64 - start % 64 : 1;
  if (start >= block->cells) return false;
  uint32_t end = start + 1;
  while (end < block->cells && !bit(block->allocated, end))
    end += end % 64 == 0 && end + 64 <= block->cells && block->allocated[end / 64] == 0 ? 64 : 1;
  if (heap.options & HEAP_OPTION_STRESS) end = start + 1;
  setBits(block->allocated, start, end);
  heap.cursor[block->sizeClass] = heapCell(index, start);
  heap.limit[block->sizeClass] = heapCell(index, end);
  heap.scan[block->sizeClass] = index;
  heap.scanCell[block->sizeClass] = end;
  return true;
}

static bool takeFreshBlock(uint32_t sizeClass) {
  uint32_t index = takeBlocks(1);
  if (index == NO_BLOCK) return false;
  Block *block = &heap.blocks[index];
  block->kind = BLOCK_SMALL;
  block->sizeClass = (uint8_t)sizeClass;
  block->cells = (uint16_t)(BLOCK_BYTES / cellBytes[sizeClass]);
  block->span = 1;
  block->next = NO_BLOCK;
  memset(block->allocated, 0, sizeof block->allocated);
  memset(block->marked, 0, sizeof block->marked);
  return takeRun(index, 0);
}

static bool takeUsedBlock(uint32_t sizeClass) {
  uint32_t from = heap.scanCell[sizeClass];
  for (uint32_t index = heap.scan[sizeClass]; index != NO_BLOCK; index = heap.blocks[index].next, from = 0)
    if (takeRun(index, from)) return true;
  heap.scan[sizeClass] = NO_BLOCK;
  heap.scanCell[sizeClass] = 0;
  return false;
}

void heapFlush(void) {
  for (uint32_t sizeClass = 0; sizeClass < CLASS_COUNT; sizeClass++) {
    uint8_t *cursor = heap.cursor[sizeClass];
    if (cursor == heap.limit[sizeClass]) continue;
    uint32_t offset = (uint32_t)(cursor - heap.base), size = cellBytes[sizeClass];
    Block *block = &heap.blocks[offset >> BLOCK_BITS];
    uint32_t start = (offset & (BLOCK_BYTES - 1)) / size;
    clearBits(block->allocated, start, start + (uint32_t)(heap.limit[sizeClass] - cursor) / size);
  }
}

/* ---- taking room */

static bool wantsCollection(uint64_t bytes) {
  if (threadCount() > 1) return false;
  if (!(heap.options & HEAP_OPTION_STRESS)) return heap.taken + bytes > heap.budget;
  uint64_t every = heap.live <= STRESS_LIVE ? 1 : heap.live / 256;
  return heap.allocations++ % every == 0;
}

static void *takeSmall(uint32_t sizeClass) {
  uint8_t *cell = heap.cursor[sizeClass];
  if (cell == heap.limit[sizeClass]) return NULL;
  heap.cursor[sizeClass] = cell + cellBytes[sizeClass];
  return cell;
}

static void *takeSlow(uint32_t sizeClass) {
  bool stress = heap.options & HEAP_OPTION_STRESS;
  if (stress && wantsCollection(0)) collect();
  if (takeUsedBlock(sizeClass)) return takeSmall(sizeClass);
  if (!stress && wantsCollection(BLOCK_BYTES)) {
    collect();
    if (takeUsedBlock(sizeClass)) return takeSmall(sizeClass);
  }
  if (takeFreshBlock(sizeClass)) return takeSmall(sizeClass);
  if (threadCount() > 1) return NULL;
  collect();
  return takeUsedBlock(sizeClass) || takeFreshBlock(sizeClass) ? takeSmall(sizeClass) : NULL;
}

static void *take(uint64_t bytes) {
  if (!threadIsMain()) return NULL; /* the others have no heap: only their stacks would be unknown to it */
  if (bytes <= SMALL_MAX) {
    uint32_t sizeClass = classOf[(bytes + CELL_MIN - 1) / CELL_MIN];
    void *cell = takeSmall(sizeClass);
    return cell ? cell : takeSlow(sizeClass);
  }
  if (wantsCollection(bytes)) collect();
  void *cell = takeLarge(bytes);
  if (cell || threadCount() > 1) return cell;
  collect();
  return takeLarge(bytes);
}

/* Threads have stacks that only they know: while there are several nothing is collected, and one allocates at a time. */
void *heapTake(uint64_t bytes) {
  if (threadCount() == 1) return take(bytes);
  heapLock();
  void *cell = take(bytes);
  heapUnlock();
  return cell;
}

/* ---- sweeping */

static uint64_t sweepSmall(uint32_t index) {
  Block *block = &heap.blocks[index];
  uint32_t size = cellBytes[block->sizeClass];
  uint64_t kept = 0;
  if (heap.options & HEAP_OPTION_STRESS) {
    for (uint32_t i = 0; i < block->cells; i++)
      if (!bit(block->marked, i)) memset(heapCell(index, i), POISON, size);
  }
  for (uint32_t i = 0; i * 64 < block->cells; i++) {
    kept += (uint64_t)__builtin_popcountll(block->marked[i]);
    block->allocated[i] = block->marked[i];
    block->marked[i] = 0;
  }
  if (kept == 0) {
    releaseBlocks(index, 1);
  } else if (kept < block->cells) {
    block->next = heap.scan[block->sizeClass];
    heap.scan[block->sizeClass] = index;
  }
  return kept * size;
}

static uint64_t sweepLarge(uint32_t index) {
  Block *block = &heap.blocks[index];
  uint32_t span = block->span;
  bool kept = block->marked[0];
  block->marked[0] = 0;
  if (!kept) releaseBlocks(index, span);
  return kept ? (uint64_t)span * BLOCK_BYTES : 0;
}

void heapSweep(void) {
  forgetCursors();
  heap.live = 0;
  for (uint32_t i = heap.high; i-- > 0;) {
    if (heap.blocks[i].kind == BLOCK_SMALL) heap.live += sweepSmall(i);
    else if (heap.blocks[i].kind == BLOCK_LARGE) heap.live += sweepLarge(i);
  }
  uint64_t kept = heapBytes();
  heap.taken = 0;
  heap.budget = heap.live > BUDGET_MIN ? heap.live : BUDGET_MIN;
  if (heap.freeBlocks * (uint64_t)BLOCK_BYTES > KEPT_BYTES && heap.freeBlocks * (uint64_t)BLOCK_BYTES > 4 * kept + BUDGET_MIN * 2) {
    for (uint32_t i = 0; i < heap.high; i++)
      if (heap.blocks[i].kind == BLOCK_FREE) madvise(heap.base + (uint64_t)i * BLOCK_BYTES, BLOCK_BYTES, MADV_DONTNEED);
    while (heap.high > 0 && heap.blocks[heap.high - 1].kind == BLOCK_FREE) {
      heap.high--;
      heap.freeBlocks--;
    }
  }
}
