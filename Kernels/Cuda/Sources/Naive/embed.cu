// embed, naive: output[i][d] = table[tokens[i]][d]. Grid: M.
#include "ptx.cuh"

KERNEL embed(const u16* table, int tableStride, const int* tokens, float* output, int D) {
  const int row = blockIdx.x;
  for (int d = threadIdx.x; d < D; d += blockDim.x) {
    output[static_cast<size_t>(row) * D + d] = from_element(table[static_cast<size_t>(tokens[row]) * tableStride + d]);
  }
}
