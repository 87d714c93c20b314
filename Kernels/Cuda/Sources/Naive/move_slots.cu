// move_slots, naive: slot firstDestination + i = slot slots[i], one after the other. Grid: 2 kvHeads.
#include "types.cuh"

KERNEL move_slots(u16* cache, const int* slots, int count, int firstDestination, int slotCapacity, int headDim) {
  u16* plane = cache + static_cast<size_t>(blockIdx.x) * slotCapacity * headDim;
  for (int i = 0; i < count; i++) {
    for (int d = threadIdx.x; d < headDim; d += blockDim.x) {
      plane[static_cast<size_t>(firstDestination + i) * headDim + d] = plane[static_cast<size_t>(slots[i]) * headDim + d];
    }
  }
}
