// linear: output = input * weight^T + bias, or added to what is there
//   input [M, K]: elements; weight [N, K] by WEIGHT_BITS (see gemm.cuh); bias f32 [N] or null; sums: float32
//   output [M, N] by outputMode: 0 stores float32, 1 adds to float32, 2 stores elements
// How the work is mapped, what bounds it, and why tiles of every shape give the same bits: gemm.cuh.
#define WEIGHT_MATRICES 1
#include "gemm.cuh"
#include "store.cuh"

KERNEL __launch_bounds__(THREADS)
linear(const u16* __restrict__ input, const void* __restrict__ weight, const float* __restrict__ bias, void* output,
       int M, int N, int K, int weightLayout, int outputMode) {
  const int warpRow = warp_id() / WARP_COLUMNS * WARP_M, warpColumn = warp_id() % WARP_COLUMNS * WARP_N;
  const int firstRow = blockIdx.x * TILE_ROWS, firstColumn = blockIdx.y * TILE_COLUMNS;
  Sums sums = {};
  InputTile inputs(input, firstRow, M, K);
  WeightTile weights[1] = {{weight, weightLayout, firstColumn, N, K}};
  multiply(sums, inputs, weights, warpRow, warpColumn, 0, ceil_div(K, TILE_DEPTH));

  const LinearStore store{bias, output, N, outputMode};
  for_each_pair(sums, firstRow + warpRow, M, firstColumn + warpColumn, N, [&](int row, int column, float first, float second, float, float) {
    store(row, column, first, second);
  });
}
