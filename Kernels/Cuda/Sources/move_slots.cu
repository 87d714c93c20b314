// move_slots: slot firstDestination + i = slot slots[i], for i = 0 ... count - 1
//   cache [k | v][kvHead][slotCapacity][headDim], 16-bit of any kind; slots ascend, each >= its destination
//
// Grid: 2 kvHeads, one for each [slotCapacity][headDim] plane. A lane moves the same chunk (16 bytes) of every slot, so no
// lane reads what another writes. It reads BATCH slots before it writes their destinations; that is the same as one by one,
// because a later source lies behind every earlier destination.
// Bound: 4 headDim bytes per slot and plane; latency counts, and batching hides it.
#include "types.cuh"

constexpr int BATCH = 8;

KERNEL __launch_bounds__(THREADS)
move_slots(u16* cache, const int* __restrict__ slots, int count, int firstDestination, int slotCapacity, int headDim) {
  const int chunks = headDim / ELEMENTS_PER_CHUNK;
  uint4* plane = reinterpret_cast<uint4*>(cache) + static_cast<size_t>(blockIdx.x) * slotCapacity * chunks;
  for (int chunk = threadIdx.x; chunk < chunks; chunk += THREADS) {
    for (int first = 0; first < count; first += BATCH) {
      uint4 moved[BATCH];
#pragma unroll
      for (int i = 0; i < BATCH; i++) {
        if (first + i < count) {
          moved[i] = plane[static_cast<size_t>(slots[first + i]) * chunks + chunk];
        }
      }
#pragma unroll
      for (int i = 0; i < BATCH; i++) {
        if (first + i < count) {
          plane[static_cast<size_t>(firstDestination + first + i) * chunks + chunk] = moved[i];
        }
      }
    }
  }
}
