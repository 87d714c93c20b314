namespace SpecExecNative.Kernels.Cuda.Launching;

/// <summary>
/// Which tile a matrix product takes on a card. Tiles of the first kind all give the same bits; few-row tiles and slices do not, but
/// fill a card where there are few outputs. The thresholds are measured (see <see cref="GemmTiles"/>).
/// </summary>
internal sealed class ProductChoice(CudaCard card)
{
    private const int SharedBytesForDeepTiles = 160 * 1024; // two blocks on a multiprocessor
    private const int LeastSlice = 256;                     // of the inner dimension: below, starting and adding cost more than they bring

    private const int MostSlices = 8; // for few rows

    private readonly int _multiprocessors = card.Multiprocessors;
    private readonly bool _hasDeepTiles = card.Generation != KernelGeneration.Turing && card.MaxSharedBytes >= SharedBytesForDeepTiles;

    /// <summary>The one of the two largest tiles that this card does not take.</summary>
    public string UnusedTile => _hasDeepTiles ? GemmTiles.Wide : GemmTiles.Deep;

    /// <summary>The tile whose rows have the same bits in every batch.</summary>
    /// <param name="rows">M.</param>
    /// <param name="outputs">N.</param>
    /// <param name="wideColumns">Columns of the wide tile.</param>
    public string Tile(int rows, int outputs, int wideColumns) => rows switch
    {
        <= 16 => GemmTiles.Narrow16,
        <= 32 => GemmTiles.Narrow32,
        <= 64 => GemmTiles.Middle,
        _ => Fills(rows, outputs, wideColumns) ? Largest : GemmTiles.Middle,
    };

    /// <summary>The same for weights of 4 bits, whose tiles are deep enough on every card.</summary>
    public string Int4Tile(int rows, int outputs, int wideColumns) => rows switch
    {
        <= 16 => GemmTiles.Narrow16,
        <= 32 => GemmTiles.Narrow32,
        <= 64 => GemmTiles.Middle,
        _ => Fills(rows, outputs, wideColumns) ? GemmTiles.Wide : GemmTiles.Middle,
    };

    /// <summary>The tile for few rows and so few outputs that the narrow tiles would leave multiprocessors idle; null: none.</summary>
    public string? FewRows(int rows, int outputs) => rows switch
    {
        <= 16 when Blocks(outputs, 32) < 2 * _multiprocessors => FewRowsTile.Few16,
        > 16 and <= 32 when Blocks(outputs, 16) <= 2 * _multiprocessors => FewRowsTile.Few32,
        _ => null,
    };

    /// <summary>Slices of the inner dimension that fill the card; 1: it is full without.</summary>
    /// <param name="rows">M.</param>
    /// <param name="outputs">N.</param>
    /// <param name="inputs">K.</param>
    public int Slices(int rows, int outputs, int inputs)
    {
        int tiles = Blocks(rows, 64) * Blocks(outputs, 64);
        return rows <= 16 ? 1 : Math.Max(1, Math.Min(4 * _multiprocessors / tiles, inputs / LeastSlice));
    }

    /// <summary>
    /// The same for weights of 4 bits: for few rows, too, since turning them into elements takes longer than loading them, unless many
    /// blocks do it at once.
    /// </summary>
    public int Int4Slices(int rows, int outputs, int inputs)
    {
        int tiles = Blocks(rows, 64) * Blocks(outputs, 64);
        return rows <= 32
            ? Math.Max(1, Math.Min(Math.Min(16 * _multiprocessors / tiles, MostSlices), inputs / LeastSlice))
            : Math.Max(1, Math.Min(4 * _multiprocessors / tiles, inputs / LeastSlice));
    }

    private bool Fills(int rows, int outputs, int wideColumns) => Blocks(rows, 128) * Blocks(outputs, wideColumns) * 10 >= _multiprocessors * 9;

    private string Largest => _hasDeepTiles ? GemmTiles.Deep : GemmTiles.Wide;

    private static int Blocks(int size, int tile) => (size + tile - 1) / tile;
}
