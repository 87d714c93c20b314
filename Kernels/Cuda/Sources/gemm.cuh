// The dense product, output = input * weight^T, of linear.cu, linear_slices.cu (WEIGHT_MATRICES 1) and swiglu.cu (2).
//   input [M, K]: elements; weights [N, K], by WEIGHT_BITS as dense_weights.cuh or int4_weights.cuh say; sums: float32
//
// A block computes TILE_ROWS x TILE_COLUMNS outputs. It walks K in steps of TILE_DEPTH through STAGES tiles of input and
// weights in shared memory, which are filled ahead by asynchronous copies. WARP_ROWS x WARP_COLUMNS warps share the outputs;
// each multiplies 16 x 8 x 16 blocks on the tensor cores, two 8-column blocks of the weights at a time.
// Grid: (tiles of M, tiles of N[, slices of K]), M fastest, so that the blocks that run together read the same weights.
//
// Every output is ONE float32 accumulator that meets k = 0, 16, 32, ... in this order, in tiles of every shape. So a row's
// result does not depend on the tile, on M, or on its neighbours: speculation on or off, the same bits.
//
// Bound: for M below ~100 the bytes of the weights (2 N K per matrix), else the tensor cores (2 M N K operations).
// Formats of weights differ in WeightTile and multiply_tile alone.
#pragma once
#include "gemm_tiles.cuh"
#if WEIGHT_BITS == 4
#include "int4_weights.cuh"
#else
#include "dense_weights.cuh"
#endif

constexpr int STAGE_BYTES = InputTile::BYTES + WEIGHTS * WeightTile::BYTES;

// The sum over the tiles [firstTile, endTile) of TILE_DEPTH along K. Tile t lies in stage (t - firstTile) % STAGES; while it is
// multiplied, the next STAGES - 1 are on their way.
DEVICE void multiply(Sums& sums, InputTile& input, WeightTile (&weights)[WEIGHTS], int warpRow, int warpColumn, int firstTile, int endTile) {
  extern __shared__ __align__(128) u8 stages[];
  const auto start = [&](int tile, u8* stage) {
    if (tile < endTile) {
      input.start(stage, tile * TILE_DEPTH);
#pragma unroll
      for (int w = 0; w < WEIGHTS; w++) {
        weights[w].start(stage + InputTile::BYTES + w * WeightTile::BYTES, tile * TILE_DEPTH);
      }
    }
    close_copies(); // also where there is nothing: waiting counts groups
  };
  const auto finish = [&](int tile, u8* stage) {
    if (tile < endTile) {
      input.finish(stage);
#pragma unroll
      for (int w = 0; w < WEIGHTS; w++) {
        weights[w].finish(stage + InputTile::BYTES + w * WeightTile::BYTES);
      }
    }
  };
  const auto next = [&](u8* stage) { return stage == stages + (STAGES - 1) * STAGE_BYTES ? stages : stage + STAGE_BYTES; };

#pragma unroll
  for (int i = 0; i < STAGES - 1; i++) {
    start(firstTile + i, stages + i * STAGE_BYTES);
    finish(firstTile + i, stages + i * STAGE_BYTES);
  }
  u8 *read = stages, *filled = stages + (STAGES - 1) * STAGE_BYTES;
  for (int tile = firstTile; tile < endTile; tile++) {
    wait_for_copies<STAGES - 2>();
    __syncthreads(); // everybody's part of this tile has come, and everybody has done with the one before it
    start(tile + STAGES - 1, filled);
    multiply_tile(sums, read, warpRow, warpColumn, weights);
    finish(tile + STAGES - 1, filled);
    read = next(read);
    filled = next(filled);
  }
}

// Calls store(row, column, first, second) with each pair of neighbouring outputs of this lane that is in the matrix; with
// two weight matrices first and second are of the first, and the other matrix's pair follows.
template <class Store>
DEVICE void for_each_pair(const Sums& sums, int firstRow, int rows, int firstColumn, int columns, const Store& store) {
  const int row0 = firstRow + lane_id() / 4, column0 = firstColumn + lane_id() % 4 * 2;
#pragma unroll
  for (int i = 0; i < BLOCKS_M; i++) {
#pragma unroll
    for (int half = 0; half < 2; half++) {
      const int row = row0 + i * 16 + half * 8;
      if (row < rows) {
#pragma unroll
        for (int j = 0; j < 2 * PAIRS_N; j++) {
          const int column = column0 + j * 8;
          if (column < columns) {
            store(row, column, sums[0][i][j][half * 2], sums[0][i][j][half * 2 + 1], sums[WEIGHTS - 1][i][j][half * 2], sums[WEIGHTS - 1][i][j][half * 2 + 1]);
          }
        }
      }
    }
  }
}
