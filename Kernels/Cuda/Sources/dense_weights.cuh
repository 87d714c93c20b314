// Weights of gemm.cuh as elements: [N, K], rows weightLayout elements apart.
#pragma once
#include "gemm_tiles.cuh"

// The weights' rows [firstRow, firstRow + TILE_COLUMNS), and how they reach the tensor cores.
struct WeightTile {
  static constexpr int BYTES = TILE_COLUMNS * ROW_BYTES;
  RowCopies<TILE_COLUMNS> copies;

  __device__ __forceinline__ WeightTile(const void* weight, int layout, int firstRow, int rows, int columns)
      : copies(static_cast<const u16*>(weight), layout, firstRow, rows, columns) {}

  __device__ __forceinline__ void start(u8* tile, int firstColumn) { copies.start(tile, firstColumn); }
  __device__ __forceinline__ void finish(u8* tile) const { copies.finish(tile); }

  // Fragments b of 16 rows from `row` and 16 columns from `column`: [0], [1] of the first 8 rows, [2], [3] of the others.
  __device__ __forceinline__ static void load_pair(u32 (&b)[4], const u8* tile, int row, int column) {
    const int lane = lane_id();
    load_matrices(b, tile + chunk_offset(row + lane % 8 + lane / 16 * 8, column / ELEMENTS_PER_CHUNK + lane / 8 % 2));
  }
};

// What a warp multiplies in one step of 16 along K.
struct Fragments {
  u32 input[BLOCKS_M][4];
  u32 weight[WEIGHTS][PAIRS_N][4];

  __device__ __forceinline__ void load(const u8* stage, int warpRow, int warpColumn, int k) {
#pragma unroll
    for (int i = 0; i < BLOCKS_M; i++) {
      InputTile::load(input[i], stage, warpRow + i * 16, k);
    }
#pragma unroll
    for (int w = 0; w < WEIGHTS; w++) {
#pragma unroll
      for (int j = 0; j < PAIRS_N; j++) {
        WeightTile::load_pair(weight[w][j], stage + InputTile::BYTES + w * WeightTile::BYTES, warpColumn + j * 16, k);
      }
    }
  }

  __device__ __forceinline__ void multiply(Sums& sums) const {
#pragma unroll
    for (int w = 0; w < WEIGHTS; w++) {
#pragma unroll
      for (int j = 0; j < PAIRS_N; j++) {
#pragma unroll
        for (int i = 0; i < BLOCKS_M; i++) {
          multiply_accumulate(sums[w][i][2 * j], input[i], weight[w][j][0], weight[w][j][1]);
          multiply_accumulate(sums[w][i][2 * j + 1], input[i], weight[w][j][2], weight[w][j][3]);
        }
      }
    }
  }
};

// The last tile may be short; what lies behind its end is zero and changes no sum. While one step is multiplied, the fragments of
// the next are on their way from shared memory.
DEVICE void multiply_tile(Sums& sums, const u8* stage, int warpRow, int warpColumn, const WeightTile (&)[WEIGHTS]) {
  Fragments fragments[2];
  fragments[0].load(stage, warpRow, warpColumn, 0);
#pragma unroll
  for (int k = 0; k < TILE_DEPTH; k += 16) {
    if (k + 16 < TILE_DEPTH) {
      fragments[k / 16 + 1 & 1].load(stage, warpRow, warpColumn, k + 16);
    }
    fragments[k / 16 & 1].multiply(sums);
  }
}
