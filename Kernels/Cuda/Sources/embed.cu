// embed: output[i] = table[tokens[i]] as float32
//   table [V, D] (row stride tableStride): elements; tokens [M]; output f32 [M, D]
//
// Grid: M; a block converts one row, a thread every THREADS-th element of it.
// Bound: 6 D bytes per row; a few microseconds at most.
#include "ptx.cuh"

KERNEL __launch_bounds__(THREADS)
embed(const u16* __restrict__ table, int tableStride, const int* __restrict__ tokens, float* __restrict__ output, int D) {
  const u16* from = table + static_cast<size_t>(tokens[blockIdx.x]) * tableStride;
  float* to = output + static_cast<size_t>(blockIdx.x) * D;
  for (int i = threadIdx.x; i < D; i += THREADS) {
    to[i] = from_element(from[i]);
  }
}
