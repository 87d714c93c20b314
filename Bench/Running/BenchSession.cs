using SpecExecNative.Bench.Figures;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Bench.Running;

/// <summary>
/// What the cases of one sitting share: an open device, loaded models, limits measured in this very run. Every sitting opens its own, and only
/// if a case is left to do.
/// </summary>
internal abstract class BenchSession : IDisposable
{
    /// <summary>What computes, as it calls itself.</summary>
    public abstract string Device { get; }

    /// <summary>The card, if it is one.</summary>
    public virtual CudaCard? Card => null;

    /// <summary>What was measured while it was opened, e.g. the device's limits.</summary>
    public virtual IReadOnlyList<Row> Rows => [];

    public abstract void Dispose();
}
