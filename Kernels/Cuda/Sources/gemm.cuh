// The dense product, output = input * weight^T, of linear.cu, linear_slices.cu (WEIGHT_MATRICES 1) and swiglu.cu (2).
//   input [M, K], weights [N, K] (row stride weightStride): elements; sums: float32
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

// A thread's part of the way of TILE rows of TILE_DEPTH elements from a matrix in memory to a tile: always the same chunk of a row,
// of every ROW_STEP-th row. What lies outside the matrix becomes zero.
// Where there are asynchronous copies start() is all; sm_75 loads into registers, and finish() stores them once the multiplication
// of another tile has hidden the wait.
template <int TILE>
struct RowCopies {
  static constexpr int ROW_STEP = THREADS / CHUNKS;
  static constexpr int COUNT = ceil_div(TILE, ROW_STEP);
  static_assert(ROW_STEP % 8 == 0, "a thread's rows are swizzled alike");

  const u16* source;
  int stride, rows, columns, chunk, offset; // rows: of the matrix, from this thread's first one on
#if __CUDA_ARCH__ < 800
  uint4 held[COUNT];
#endif

  __device__ __forceinline__ RowCopies(const u16* matrix, int stride, int firstRow, int rows, int columns)
      : stride(stride), rows(rows - firstRow - static_cast<int>(threadIdx.x) / CHUNKS), columns(columns), chunk(threadIdx.x % CHUNKS) {
    const int row = threadIdx.x / CHUNKS;
    source = matrix + static_cast<size_t>(firstRow + row) * stride + chunk * ELEMENTS_PER_CHUNK;
    offset = chunk_offset(row, chunk);
  }

  __device__ __forceinline__ void start(u8* tile, int firstColumn) {
    const bool inColumns = firstColumn + chunk * ELEMENTS_PER_CHUNK < columns;
#pragma unroll
    for (int i = 0; i < COUNT; i++) {
      if (in_tile(i)) {
        const bool inside = inColumns && i * ROW_STEP < rows;
        const u16* from = source + static_cast<size_t>(i * ROW_STEP) * stride + firstColumn;
#if __CUDA_ARCH__ >= 800
        copy_chunk(tile + offset + i * ROW_STEP * ROW_BYTES, inside ? from : source, inside);
#else
        held[i] = inside ? *reinterpret_cast<const uint4*>(from) : make_uint4(0, 0, 0, 0);
#endif
      }
    }
  }

  __device__ __forceinline__ void finish(u8* tile) const {
#if __CUDA_ARCH__ < 800
#pragma unroll
    for (int i = 0; i < COUNT; i++) {
      if (in_tile(i)) {
        *reinterpret_cast<uint4*>(tile + offset + i * ROW_STEP * ROW_BYTES) = held[i];
      }
    }
#endif
  }

  __device__ __forceinline__ static bool in_tile(int i) {
    return TILE % ROW_STEP == 0 || static_cast<int>(threadIdx.x) / CHUNKS + i * ROW_STEP < TILE;
  }
};

// The weights' rows [firstRow, firstRow + TILE_COLUMNS), and how they reach the tensor cores.
struct WeightTile {
  static constexpr int BYTES = TILE_COLUMNS * ROW_BYTES;
  RowCopies<TILE_COLUMNS> copies;

  __device__ __forceinline__ WeightTile(const u16* weight, int stride, int firstRow, int rows, int columns)
      : copies(weight, stride, firstRow, rows, columns) {}

  __device__ __forceinline__ void start(u8* tile, int firstColumn) { copies.start(tile, firstColumn); }
  __device__ __forceinline__ void finish(u8* tile) const { copies.finish(tile); }

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
  RowCopies<TILE_ROWS> copies;
  const u16* input;
  int firstRow, rows, columns;

  __device__ __forceinline__ InputTile(const u16* input, int firstRow, int rows, int columns)
      : copies(input, columns, firstRow, rows, columns), input(input), firstRow(firstRow), rows(rows), columns(columns) {}

  __device__ __forceinline__ bool is_aligned() const { return columns % ELEMENTS_PER_CHUNK == 0; }

  __device__ __forceinline__ void start(u8* tile, int firstColumn) {
    if (is_aligned()) {
      copies.start(tile, firstColumn);
      return;
    }
    for (int i = threadIdx.x; i < TILE_ROWS * TILE_DEPTH; i += THREADS) {
      const int row = i / TILE_DEPTH, column = firstColumn + i % TILE_DEPTH;
      const bool inside = firstRow + row < rows && column < columns;
      u16* element = reinterpret_cast<u16*>(tile + chunk_offset(row, i % TILE_DEPTH / ELEMENTS_PER_CHUNK)) + i % ELEMENTS_PER_CHUNK;
      *element = inside ? input[static_cast<size_t>(firstRow + row) * columns + column] : static_cast<u16>(0);
    }
  }

  __device__ __forceinline__ void finish(u8* tile) const {
    if (is_aligned()) {
      copies.finish(tile);
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
DEVICE void multiply_tile(Sums& sums, const u8* stage, int warpRow, int warpColumn) {
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
    multiply_tile(sums, read, warpRow, warpColumn);
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
