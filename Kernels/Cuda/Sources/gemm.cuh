// The dense product, output = input * weight^T, of linear.cu (WEIGHT_MATRICES 1) and swiglu.cu (2).
//   input [M, K], weights [N, K] (row stride weightStride): elements; sums: float32
//
// A block computes TILE_ROWS x TILE_COLUMNS outputs. It walks K in steps of TILE_DEPTH through STAGES tiles of input and
// weights in shared memory, which are filled ahead by asynchronous copies. WARP_ROWS x WARP_COLUMNS warps share the outputs;
// each multiplies 16 x 8 x 16 blocks on the tensor cores, two 8-column blocks of the weights at a time.
// Grid: (tiles of M, tiles of N), M fastest, so that the blocks that run together read the same weights.
//
// Every output is ONE float32 accumulator that meets k = 0, 16, 32, ... in this order, in tiles of every shape. So a row's
// result does not depend on the tile, on M, or on its neighbours: speculation on or off, the same bits.
//
// Bound: for M below ~100 the bytes of the weights (2 N K per matrix), else the tensor cores (2 M N K operations).
// The weights come through WeightTile alone: another format replaces only that.
#pragma once
#include "ptx.cuh"

constexpr int WEIGHTS = WEIGHT_MATRICES;
constexpr int WARP_M = TILE_ROWS / WARP_ROWS;
constexpr int WARP_N = TILE_COLUMNS / WARP_COLUMNS;
constexpr int BLOCKS_M = WARP_M / 16; // of the tensor cores' 16 rows
constexpr int PAIRS_N = WARP_N / 16;  // pairs of their 8 columns
constexpr int CHUNKS = TILE_DEPTH / ELEMENTS_PER_CHUNK;
constexpr int ROW_BYTES = TILE_DEPTH * 2;
static_assert(THREADS == WARP_ROWS * WARP_COLUMNS * WARP, "every warp has its part of the tile");
static_assert(WARP_M % 16 == 0 && WARP_N % 16 == 0 && TILE_DEPTH % 16 == 0, "warps compute whole blocks");
static_assert(CHUNKS == 4 || CHUNKS == 8, "the swizzle below is made for rows of 64 and of 128 bytes");

// Tiles are rows of TILE_DEPTH elements. Eight rows that ldmatrix reads at once must lie in different banks: the chunks of a row
// change places with its number.
DEVICE int chunk_offset(int row, int chunk) {
  const int turn = CHUNKS == 8 ? row & 7 : row >> 1 & 3;
  return row * ROW_BYTES + (chunk ^ turn) * CHUNK_BYTES;
}

// Starts the copy of tileRows x TILE_DEPTH elements; what lies outside the matrix becomes zero.
DEVICE void start_copy_of_rows(u8* tile, int tileRows, const u16* matrix, int stride, int firstRow, int rows, int firstColumn, int columns) {
  for (int i = threadIdx.x; i < tileRows * CHUNKS; i += THREADS) {
    const int row = i / CHUNKS, chunk = i % CHUNKS;
    const int column = firstColumn + chunk * ELEMENTS_PER_CHUNK;
    const bool inside = firstRow + row < rows && column < columns;
    const u16* source = matrix + (inside ? static_cast<size_t>(firstRow + row) * stride + column : 0);
    copy_chunk(tile + chunk_offset(row, chunk), source, inside);
  }
}

// The weights' rows [firstRow, firstRow + TILE_COLUMNS), and how they reach the tensor cores.
struct WeightTile {
  static constexpr int BYTES = TILE_COLUMNS * ROW_BYTES;
  const u16* weight;
  int stride, firstRow, rows, columns;

  __device__ __forceinline__ void start_copy(u8* tile, int firstColumn) const {
    start_copy_of_rows(tile, TILE_COLUMNS, weight, stride, firstRow, rows, firstColumn, columns);
  }

  // Fragments b of 16 rows from `row` and 16 columns from `column`: [0], [1] of the first 8 rows, [2], [3] of the others.
  __device__ __forceinline__ static void load_pair(u32 (&b)[4], const u8* tile, int row, int column) {
    const int lane = lane_id();
    load_matrices(b, tile + chunk_offset(row + lane % 8 + lane / 16 * 8, column / ELEMENTS_PER_CHUNK + lane / 8 % 2));
  }
};

// The input's rows [firstRow, firstRow + TILE_ROWS). Activations have no gaps between rows: where K is no multiple of a chunk,
// rows are not aligned and go element by element.
struct InputTile {
  static constexpr int BYTES = TILE_ROWS * ROW_BYTES;
  const u16* input;
  int firstRow, rows, columns;

  __device__ __forceinline__ void start_copy(u8* tile, int firstColumn) const {
    if (columns % ELEMENTS_PER_CHUNK == 0) {
      start_copy_of_rows(tile, TILE_ROWS, input, columns, firstRow, rows, firstColumn, columns);
      return;
    }
    for (int i = threadIdx.x; i < TILE_ROWS * TILE_DEPTH; i += THREADS) {
      const int row = i / TILE_DEPTH, column = firstColumn + i % TILE_DEPTH;
      const bool inside = firstRow + row < rows && column < columns;
      u16* element = reinterpret_cast<u16*>(tile + chunk_offset(row, i % TILE_DEPTH / ELEMENTS_PER_CHUNK)) + i % ELEMENTS_PER_CHUNK;
      *element = inside ? input[static_cast<size_t>(firstRow + row) * columns + column] : static_cast<u16>(0);
    }
  }

  // Fragment a of 16 rows from `row` and 16 columns from `column`.
  __device__ __forceinline__ static void load(u32 (&a)[4], const u8* tile, int row, int column) {
    const int lane = lane_id();
    load_matrices(a, tile + chunk_offset(row + lane % 16, column / ELEMENTS_PER_CHUNK + lane / 16));
  }
};

constexpr int STAGE_BYTES = InputTile::BYTES + WEIGHTS * WeightTile::BYTES;

// One warp's outputs: sums[weight matrix][16 rows][8 columns][fragment].
typedef float Sums[WEIGHTS][BLOCKS_M][2 * PAIRS_N][4];

DEVICE void multiply_tile(Sums& sums, const u8* stage, int warpRow, int warpColumn, int columns) {
#pragma unroll
  for (int k = 0; k < TILE_DEPTH; k += 16) {
    if (k >= columns) {
      break; // the last tile may be short: zeros must not be added either, +0 is not -0
    }
    u32 a[BLOCKS_M][4];
#pragma unroll
    for (int i = 0; i < BLOCKS_M; i++) {
      InputTile::load(a[i], stage, warpRow + i * 16, k);
    }
#pragma unroll
    for (int w = 0; w < WEIGHTS; w++) {
#pragma unroll
      for (int j = 0; j < PAIRS_N; j++) {
        u32 b[4];
        WeightTile::load_pair(b, stage + InputTile::BYTES + w * WeightTile::BYTES, warpColumn + j * 16, k);
#pragma unroll
        for (int i = 0; i < BLOCKS_M; i++) {
          multiply_accumulate(sums[w][i][2 * j], a[i], b[0], b[1]);
          multiply_accumulate(sums[w][i][2 * j + 1], a[i], b[2], b[3]);
        }
      }
    }
  }
}

// The whole sum over K. Tile t lies in stage t % STAGES; while it is multiplied, the next STAGES - 1 are on their way.
DEVICE void multiply(Sums& sums, const InputTile& input, const WeightTile (&weights)[WEIGHTS], int warpRow, int warpColumn) {
  extern __shared__ __align__(128) u8 stages[];
  const int tiles = ceil_div(input.columns, TILE_DEPTH);
  const auto start = [&](int tile) {
    if (tile < tiles) {
      u8* stage = stages + tile % STAGES * STAGE_BYTES;
      input.start_copy(stage, tile * TILE_DEPTH);
#pragma unroll
      for (int w = 0; w < WEIGHTS; w++) {
        weights[w].start_copy(stage + InputTile::BYTES + w * WeightTile::BYTES, tile * TILE_DEPTH);
      }
    }
    close_copies(); // also where there is nothing: waiting counts groups
  };

#pragma unroll
  for (int tile = 0; tile < STAGES - 1; tile++) {
    start(tile);
  }
  for (int tile = 0; tile < tiles; tile++) {
    wait_for_copies<STAGES - 2>();
    __syncthreads(); // everybody's part of this tile has come, and everybody has done with the one before it
    start(tile + STAGES - 1);
    multiply_tile(sums, stages + tile % STAGES * STAGE_BYTES, warpRow, warpColumn, input.columns - tile * TILE_DEPTH);
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

// Outputs come in pairs of neighbours; a pair can be one access where the row's length is even.
template <class T, class Pair>
DEVICE void store_pair(T* output, int column, int columns, Pair pair, T first, T second) {
  if (columns % 2 == 0) {
    *reinterpret_cast<Pair*>(output) = pair;
    return;
  }
  output[0] = first;
  if (column + 1 < columns) {
    output[1] = second;
  }
}
