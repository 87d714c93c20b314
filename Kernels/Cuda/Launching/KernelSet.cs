using System.Collections.Concurrent;

namespace SpecExecNative.Kernels.Cuda.Launching;

/// <summary>The kernels of one card and one element type, each loaded at its first use and then found without allocating.</summary>
/// <param name="loader">Loads them.</param>
/// <param name="card">Decides which.</param>
/// <param name="element">Likewise.</param>
/// <param name="replace">The variant to take for one of the table, with the same parameters; null: itself.</param>
internal sealed class KernelSet(KernelLoader loader, CudaCard card, DType element, Func<KernelVariant, KernelVariant>? replace = null)
{
    private readonly KernelTable _table = KernelTable.For(card.Generation);
    private readonly ProductChoice _choice = new(card);
    private readonly ConcurrentDictionary<string, LoadedKernel> _linear = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, LoadedKernel> _swiGlu = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, LoadedKernel> _int4Linear = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, LoadedKernel> _int4Slices = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, LoadedKernel> _int4SwiGlu = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, LoadedKernel> _attention = new();
    private readonly ConcurrentDictionary<int, LoadedKernel> _splitAttention = new();
    private LoadedKernel? _embed;
    private LoadedKernel? _rmsNorm;
    private LoadedKernel? _rotate;
    private LoadedKernel? _gatherRows;
    private LoadedKernel? _topKSegments;
    private LoadedKernel? _topKMerge;
    private LoadedKernel? _moveSlots;
    private LoadedKernel? _deliver;
    private LoadedKernel? _collect;
    private LoadedKernel? _linearSlices;
    private LoadedKernel? _linearSum;
    private LoadedKernel? _attentionMerge;
    private LoadedKernel? _dequantize;

    /// <summary>What weights and activations are held in.</summary>
    public DType Element => element;

    public LoadedKernel Embed => _embed ??= Load(_table.Embed(element));

    public LoadedKernel RmsNorm => _rmsNorm ??= Load(_table.RmsNorm(element));

    public LoadedKernel Rotate => _rotate ??= Load(_table.RotateAndStore(element));

    public LoadedKernel GatherRows => _gatherRows ??= Load(_table.GatherRows());

    public LoadedKernel TopKSegments => _topKSegments ??= Load(_table.TopKSegments());

    public LoadedKernel TopKMerge => _topKMerge ??= Load(_table.TopKMerge());

    public LoadedKernel MoveSlots => _moveSlots ??= Load(_table.MoveSlots());

    public LoadedKernel Deliver => _deliver ??= Load(_table.Deliver());

    public LoadedKernel Collect => _collect ??= Load(_table.Collect());

    /// <summary>Products of slices of the inner dimension; <see cref="LinearSum"/> adds them up.</summary>
    public LoadedKernel LinearSlices => _linearSlices ??= Load(_table.LinearSlices(element));

    public LoadedKernel LinearSum => _linearSum ??= Load(_table.LinearSum(element));

    /// <summary>For M rows and N outputs.</summary>
    /// <param name="rows">M.</param>
    /// <param name="outputs">N.</param>
    /// <param name="isInvariant">A row has the same bits for every M.</param>
    public LoadedKernel Linear(int rows, int outputs, bool isInvariant)
    {
        string tile = (isInvariant ? null : _choice.FewRows(rows, outputs)) ?? _choice.Tile(rows, outputs, _table.WideColumns.Linear);
        return _linear.TryGetValue(tile, out LoadedKernel? kernel) ? kernel : _linear[tile] = Load(_table.Linear(element, tile));
    }

    /// <summary>How many slices fill the card where a row's bits may depend on M; 1: take <see cref="Linear"/>.</summary>
    public int Slices(int rows, int outputs, int inputs) => _choice.FewRows(rows, outputs) is null ? _choice.Slices(rows, outputs, inputs) : 1;

    /// <summary>Of weights of 4 bits, for M rows and N outputs.</summary>
    public LoadedKernel Int4Linear(int rows, int outputs)
    {
        string tile = _choice.Int4Tile(rows, outputs, _table.WideColumns.Linear);
        return _int4Linear.TryGetValue(tile, out LoadedKernel? kernel) ? kernel : _int4Linear[tile] = Load(_table.Int4Linear(element, tile));
    }

    /// <summary>Products of slices, of weights of 4 bits; <see cref="LinearSum"/> adds them up.</summary>
    public LoadedKernel Int4LinearSlices(int rows)
    {
        string tile = rows switch { <= 16 => GemmTiles.Narrow16, <= 32 => GemmTiles.Narrow32, _ => GemmTiles.Middle };
        return _int4Slices.TryGetValue(tile, out LoadedKernel? kernel) ? kernel : _int4Slices[tile] = Load(_table.Int4LinearSlices(element, tile));
    }

    /// <summary>How many slices fill the card with weights of 4 bits.</summary>
    public int Int4Slices(int rows, int outputs, int inputs) => _choice.Int4Slices(rows, outputs, inputs);

    /// <summary>Of weights of 4 bits, for M rows and N outputs.</summary>
    public LoadedKernel Int4SwiGlu(int rows, int outputs)
    {
        string tile = _choice.Int4Tile(rows, outputs, _table.WideColumns.SwiGlu);
        return _int4SwiGlu.TryGetValue(tile, out LoadedKernel? kernel) ? kernel : _int4SwiGlu[tile] = Load(_table.Int4SwiGlu(element, tile));
    }

    public LoadedKernel Dequantize => _dequantize ??= Load(_table.Dequantize(element));

    /// <summary>For M rows and N outputs.</summary>
    public LoadedKernel SwiGlu(int rows, int outputs)
    {
        string tile = _choice.Tile(rows, outputs, _table.WideColumns.SwiGlu);
        return _swiGlu.TryGetValue(tile, out LoadedKernel? kernel) ? kernel : _swiGlu[tile] = Load(_table.SwiGlu(element, tile));
    }

    /// <exception cref="ArgumentOutOfRangeException">There is no kernel for this head size.</exception>
    public LoadedKernel TreeAttention(int headDim)
        => _attention.TryGetValue(headDim, out LoadedKernel? kernel) ? kernel : _attention[headDim] = Load(_table.TreeAttention(element, headDim));

    /// <exception cref="ArgumentOutOfRangeException">There is no kernel for this head size.</exception>
    public LoadedKernel TreeAttentionSplit(int headDim)
        => _splitAttention.TryGetValue(headDim, out LoadedKernel? kernel)
            ? kernel : _splitAttention[headDim] = Load(_table.TreeAttentionSplit(element, headDim));

    public LoadedKernel AttentionMerge => _attentionMerge ??= Load(_table.AttentionMerge(element));

    /// <summary>Parts of what is seen that fill the card where there are so many blocks of rows; 1: it is full without.</summary>
    /// <param name="blocks">Tiles of rows times kv heads.</param>
    /// <param name="slots">Of the cache.</param>
    public int AttentionSplits(int blocks, int slots)
    {
        const int LeastSlots = 64; // two blocks of positions
        return Math.Max(1, Math.Min(2 * card.Multiprocessors / blocks, slots / LeastSlots));
    }

    /// <summary>Compiles and loads what every model needs: the first token should not wait for a compiler.</summary>
    public void Prepare(KernelCompiler compiler, CancellationToken cancellation)
    {
        KernelVariant[] eager = [.. _table.All.Where(variant => variant.Eager && Suits(variant))];
        compiler.Prepare(eager, cancellation);
        foreach (KernelVariant variant in eager)
        {
            loader.Load(variant);
        }
    }

    private LoadedKernel Load(KernelVariant variant) => loader.Load(replace?.Invoke(variant) ?? variant);

    /// <summary>Of this element, or of none, and of a size that this card takes.</summary>
    private bool Suits(KernelVariant variant)
        => !variant.Name.Contains(_choice.UnusedTile, StringComparison.Ordinal) && IsOfElement(variant);

    private bool IsOfElement(KernelVariant variant)
        => !variant.Constants.TryGetValue("ELEMENT_BF16", out int isBF16) || (isBF16 == 1) == (element == DType.BF16);
}
