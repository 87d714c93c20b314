// swiglu: output = silu(input * gate^T) * (input * up^T), silu(x) = x / (1 + exp(-x))   (Shazeer 2020)
//   input [M, K], output [M, N]: elements; gate and up [N, K] by WEIGHT_BITS (see gemm.cuh); sums: float32
// Two weight matrices are walked at once and multiplied in registers: gate and up never exist in memory.
// How the work is mapped, what bounds it, and why tiles of every shape give the same bits: gemm.cuh.
#define WEIGHT_MATRICES 2
#include "gemm.cuh"
#include "store.cuh"

DEVICE float silu(float x) { return x / (1.f + exp_approximate(-x)); }

KERNEL __launch_bounds__(THREADS)
swiglu(const u16* __restrict__ input, const void* __restrict__ gate, const void* __restrict__ up, u16* __restrict__ output,
       int M, int N, int K, int weightLayout) {
  const int warpRow = warp_id() / WARP_COLUMNS * WARP_M, warpColumn = warp_id() % WARP_COLUMNS * WARP_N;
  const int firstRow = blockIdx.x * TILE_ROWS, firstColumn = blockIdx.y * TILE_COLUMNS;
  Sums sums = {};
  InputTile inputs(input, firstRow, M, K);
  WeightTile weights[2] = {{gate, weightLayout, firstColumn, N, K}, {up, weightLayout, firstColumn, N, K}};
  multiply(sums, inputs, weights, warpRow, warpColumn, 0, ceil_div(K, TILE_DEPTH));

  for_each_pair(sums, firstRow + warpRow, M, firstColumn + warpColumn, N, [&](int row, int column, float g0, float g1, float u0, float u1) {
    const float first = silu(g0) * u0, second = silu(g1) * u1;
    u16* at = output + static_cast<size_t>(row) * N + column;
    store_pair(at, column, N, to_elements(first, second), to_element(first), to_element(second));
  });
}
