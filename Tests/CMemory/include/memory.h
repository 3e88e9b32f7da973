#pragma once
// Loaded before an agent by LD_PRELOAD; has nothing to call. See memory.c.
