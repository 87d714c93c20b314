using System.Collections.Concurrent;

namespace SpecExecNative.Kernels.Cuda.Launching;

/// <summary>The kernels of one card and one element type, each loaded at its first use and then found without allocating.</summary>
internal sealed class KernelSet(KernelLoader loader, KernelGeneration generation, DType element)
{
    private readonly KernelTable _table = KernelTable.For(generation);
    private readonly ConcurrentDictionary<string, LoadedKernel> _linear = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, LoadedKernel> _swiGlu = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, LoadedKernel> _attention = new();
    private LoadedKernel? _embed;
    private LoadedKernel? _rmsNorm;
    private LoadedKernel? _rotate;
    private LoadedKernel? _gatherRows;
    private LoadedKernel? _topKSegments;
    private LoadedKernel? _topKMerge;
    private LoadedKernel? _moveSlots;
    private LoadedKernel? _deliver;

    /// <summary>What weights and activations are held in.</summary>
    public DType Element => element;

    public LoadedKernel Embed => _embed ??= loader.Load(_table.Embed(element));

    public LoadedKernel RmsNorm => _rmsNorm ??= loader.Load(_table.RmsNorm(element));

    public LoadedKernel Rotate => _rotate ??= loader.Load(_table.RotateAndStore(element));

    public LoadedKernel GatherRows => _gatherRows ??= loader.Load(_table.GatherRows());

    public LoadedKernel TopKSegments => _topKSegments ??= loader.Load(_table.TopKSegments());

    public LoadedKernel TopKMerge => _topKMerge ??= loader.Load(_table.TopKMerge());

    public LoadedKernel MoveSlots => _moveSlots ??= loader.Load(_table.MoveSlots());

    public LoadedKernel Deliver => _deliver ??= loader.Load(_table.Deliver());

    /// <summary>For a number of rows.</summary>
    public LoadedKernel Linear(int rows)
    {
        string tile = GemmTiles.NameFor(rows);
        return _linear.TryGetValue(tile, out LoadedKernel? kernel) ? kernel : _linear[tile] = loader.Load(_table.Linear(element, rows));
    }

    /// <summary>For a number of rows.</summary>
    public LoadedKernel SwiGlu(int rows)
    {
        string tile = GemmTiles.NameFor(rows);
        return _swiGlu.TryGetValue(tile, out LoadedKernel? kernel) ? kernel : _swiGlu[tile] = loader.Load(_table.SwiGlu(element, rows));
    }

    /// <exception cref="ArgumentOutOfRangeException">There is no kernel for this head size.</exception>
    public LoadedKernel TreeAttention(int headDim)
        => _attention.TryGetValue(headDim, out LoadedKernel? kernel) ? kernel : _attention[headDim] = loader.Load(_table.TreeAttention(element, headDim));

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

    /// <summary>Of this element, or of none.</summary>
    private bool Suits(KernelVariant variant)
        => !variant.Constants.TryGetValue("ELEMENT_BF16", out int isBF16) || (isBF16 == 1) == (element == DType.BF16);
}
