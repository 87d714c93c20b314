namespace SpecExecNative.CudaEmulator.Driver.Streams;

/// <summary>Operations that are ordered one after another: those of a stream, or of one branch of a graph.</summary>
internal sealed class Chain(int index)
{
    internal int Index { get; } = index;

    internal int Length { get; private set; }

    internal int Next() => ++Length;
}
