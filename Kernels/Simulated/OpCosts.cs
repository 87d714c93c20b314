namespace SpecExecNative.Kernels.Simulated;

/// <summary>
/// How long an op takes: whichever is longer, to move its bytes or to do its arithmetic (the roofline), and no less than starting a kernel.
/// </summary>
/// <param name="card">Sustained rates.</param>
/// <param name="linkBytesPerSecond">Of this card's link.</param>
/// <param name="host">Costs of asking.</param>
internal sealed class OpCosts(SimulatedCard card, double linkBytesPerSecond, HostCosts host)
{
    /// <summary>Tensor units take rows by the dozen: fewer cost as much.</summary>
    private const int RowTile = 16;

    /// <summary>Rows that share what attention has read of the cache.</summary>
    private const int AttentionTile = 64;

    /// <summary>Attention's products are small, and between them stand exponentials: about half the rate of a large product.</summary>
    private const double AttentionShare = 0.5;

    public double LinkBytesPerSecond => linkBytesPerSecond;

    /// <summary>A copy by an engine of its own.</summary>
    public double Copy(long bytes) => host.Copy + (bytes / linkBytesPerSecond);

    /// <summary>A kernel that reads host memory.</summary>
    public double MappedRead(long bytes) => Kernel() + (2 * host.LinkLatency) + (bytes / linkBytesPerSecond);

    /// <summary>A kernel that writes host memory, with a word behind it that says so.</summary>
    public double MappedWrite(long bytes) => Kernel() + host.LinkLatency + (bytes / linkBytesPerSecond);

    /// <summary>True while work is replayed: its kernels follow one another faster.</summary>
    public bool IsReplaying { get; set; }

    /// <summary>A product of M rows with a weight matrix.</summary>
    public double Product(int rows, WeightShape weight, long packedBytes, long activationBytes)
    {
        double rate = weight.Type == DType.Int4 ? card.Int4FlopsPerSecond : card.FlopsPerSecond;
        double padded = (rows + RowTile - 1) / RowTile * RowTile;
        double flops = 2.0 * padded * weight.Rows * weight.Columns;
        return Kernel() + Math.Max((packedBytes + activationBytes) / card.MemoryBytesPerSecond, flops / rate);
    }

    /// <summary>Attention of rows that see so many keys in all.</summary>
    /// <param name="rows">M.</param>
    /// <param name="keys">Sum over rows.</param>
    /// <param name="shape">Heads.</param>
    /// <param name="keyBytes">Of a key and its value in the cache.</param>
    public double Attention(int rows, long keys, AttentionShape shape, long keyBytes)
    {
        double flops = 4.0 * keys * shape.QueryHeads * shape.HeadDim;
        double longest = (double)keys / Math.Max(1, rows);
        double reads = (rows + AttentionTile - 1) / AttentionTile * longest * keyBytes;
        return Kernel() + Math.Max(reads / card.MemoryBytesPerSecond, flops / (card.FlopsPerSecond * AttentionShare));
    }

    /// <summary>Anything that moves bytes and hardly computes.</summary>
    public double Move(long bytes) => Kernel() + (bytes / card.MemoryBytesPerSecond);

    private double Kernel() => IsReplaying ? host.ReplayedKernel : host.Kernel;
}
