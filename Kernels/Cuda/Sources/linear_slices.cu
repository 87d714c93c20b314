// linear_slices: the products input * weight^T of slices of K, where there are fewer tiles than a card has room for
//   input [M, K]: elements; weight [N, K] by WEIGHT_BITS (see gemm.cuh)
//   sums f32 [slice][M][N], which linear_sum.cu adds up; slices: gridDim.z
// Slice s is the tiles [s T / slices, (s + 1) T / slices) of the T along K.
// How the work is mapped and what bounds it: gemm.cuh. The bits depend on the number of slices, and so on M.
#define WEIGHT_MATRICES 1
#include "gemm.cuh"
#include "store.cuh"

KERNEL __launch_bounds__(THREADS)
linear_slices(const u16* __restrict__ input, const void* __restrict__ weight, float* __restrict__ output, int M, int N, int K, int weightLayout) {
  const int warpRow = warp_id() / WARP_COLUMNS * WARP_M, warpColumn = warp_id() % WARP_COLUMNS * WARP_N;
  const int firstRow = blockIdx.x * TILE_ROWS, firstColumn = blockIdx.y * TILE_COLUMNS;
  const int tiles = ceil_div(K, TILE_DEPTH), slice = blockIdx.z, slices = gridDim.z;
  Sums sums = {};
  InputTile inputs(input, firstRow, M, K);
  WeightTile weights[1] = {{weight, weightLayout, firstColumn, N, K}};
  multiply(sums, inputs, weights, warpRow, warpColumn, slice * tiles / slices, (slice + 1) * tiles / slices);

  output += static_cast<size_t>(slice) * M * N;
  for_each_pair(sums, firstRow + warpRow, M, firstColumn + warpColumn, N, [&](int row, int column, float first, float second, float, float) {
    store_pair(output + static_cast<size_t>(row) * N + column, column, N, make_float2(first, second), first, second);
  });
}
