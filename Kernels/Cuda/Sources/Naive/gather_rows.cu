// gather_rows, naive: output[i][d] = input[indices[i]][d]. Grid: M.
#include "types.cuh"

KERNEL gather_rows(const float* input, const int* indices, float* output, int D) {
  const int row = blockIdx.x;
  for (int d = threadIdx.x; d < D; d += blockDim.x) {
    output[static_cast<size_t>(row) * D + d] = input[static_cast<size_t>(indices[row]) * D + d];
  }
}
