// linear: output = input * weight^T + bias, or added to what is there
//   input [M, K], weight [N, K] (row stride weightStride): elements; bias f32 [N] or null; sums: float32
//   output [M, N] by outputMode: 0 stores float32, 1 adds to float32, 2 stores elements
// How the work is mapped, what bounds it, and why tiles of every shape give the same bits: gemm.cuh.
#define WEIGHT_MATRICES 1
#include "gemm.cuh"

enum OutputMode { STORE_F32, ADD_F32, STORE_ELEMENT };

KERNEL __launch_bounds__(THREADS)
linear(const u16* __restrict__ input, const u16* __restrict__ weight, const float* __restrict__ bias, void* output,
       int M, int N, int K, int weightStride, int outputMode) {
  const int warpRow = warp_id() / WARP_COLUMNS * WARP_M, warpColumn = warp_id() % WARP_COLUMNS * WARP_N;
  const int firstRow = blockIdx.x * TILE_ROWS, firstColumn = blockIdx.y * TILE_COLUMNS;
  Sums sums = {};
  const WeightTile weights[1] = {{weight, weightStride, firstColumn, N, K}};
  multiply(sums, {input, firstRow, M, K}, weights, warpRow, warpColumn);

  for_each_pair(sums, firstRow + warpRow, M, firstColumn + warpColumn, N, [&](int row, int column, float first, float second, float, float) {
    const size_t at = static_cast<size_t>(row) * N + column;
    const bool hasSecond = column + 1 < N;
    if (bias != nullptr) {
      first += bias[column];
      second += hasSecond ? bias[column + 1] : 0.f;
    }
    if (outputMode == STORE_ELEMENT) {
      store_pair(static_cast<u16*>(output) + at, column, N, to_elements(first, second), to_element(first), to_element(second));
      return;
    }
    float* sumsOut = static_cast<float*>(output) + at;
    if (outputMode == ADD_F32) {
      first = sumsOut[0] + first;
      second = hasSecond ? sumsOut[1] + second : 0.f;
    }
    store_pair(sumsOut, column, N, make_float2(first, second), first, second);
  });
}
