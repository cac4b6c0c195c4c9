/* The ops of a batch. */
#pragma once
#include "frame.h"

/* Does the ops of the payload and appends their records; false: malformed, and `out` holds the report instead. */
bool batchRun(const uint8_t *payload, uint32_t length, Writer *out);
