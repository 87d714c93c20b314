// The tiles of gemm.cuh in shared memory: rows of TILE_DEPTH elements, how they get there, and what a warp sums up.
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

// One warp's outputs: sums[weight matrix][16 rows][8 columns][fragment].
typedef float Sums[WEIGHTS][BLOCKS_M][2 * PAIRS_N][4];
