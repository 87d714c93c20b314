// gather_rows: output[i] = input[indices[i]]
//   input f32 [n, D], indices [M], output f32 [M, D]
//
// Grid: M; a block copies one row, a thread every THREADS-th float of it.
// Bound: 8 D bytes per row; it runs once a pass, on the rows whose logits are wanted.
#include "types.cuh"

KERNEL __launch_bounds__(THREADS)
gather_rows(const float* __restrict__ input, const int* __restrict__ indices, float* __restrict__ output, int D) {
  const float* from = input + static_cast<size_t>(indices[blockIdx.x]) * D;
  float* to = output + static_cast<size_t>(blockIdx.x) * D;
  for (int i = threadIdx.x; i < D; i += THREADS) {
    to[i] = from[i];
  }
}
