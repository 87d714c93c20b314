namespace SpecExecNative.Kernels.Cuda;

/// <summary>One kernel as it is compiled: a source, the constants it is compiled with, and how it must be launched.</summary>
/// <param name="Name">Unique within its generation, e.g. <c>linear-wide-f16</c>.</param>
/// <param name="Source">File among the embedded sources; it has this one entry.</param>
/// <param name="Entry">Name of the <c>extern "C"</c> function.</param>
/// <param name="Constants">Become <c>-D</c> options, in order of name.</param>
/// <param name="Threads">Threads of a block.</param>
/// <param name="DynamicSharedBytes">Shared memory asked for at launch; above 48 KB the function must be opted in.</param>
/// <param name="Generation">Cards it is for.</param>
/// <param name="MaxRegisters">Registers of a thread that a compilation may not exceed; spills are never allowed, but for attention heads above 160 elements, which are compiled on demand.</param>
/// <param name="Eager">Compiled at start-up; the others when they are first needed.</param>
public sealed record KernelVariant(
    string Name,
    string Source,
    string Entry,
    IReadOnlyDictionary<string, int> Constants,
    int Threads,
    int DynamicSharedBytes,
    KernelGeneration Generation,
    int MaxRegisters,
    bool Eager)
{
    /// <summary>Rows of the output that one block makes; 1 where the kernel has no tile.</summary>
    public int TileRows => Constants.GetValueOrDefault("TILE_ROWS", 1);

    /// <summary>Columns, likewise.</summary>
    public int TileColumns => Constants.GetValueOrDefault("TILE_COLUMNS", 1);

    /// <summary>A text to compile instead of the embedded source. Such a variant has a name of its own: results are remembered by it.</summary>
    public string? Replacement { get; init; }

    /// <summary>What is compiled.</summary>
    /// <exception cref="ArgumentException">There is no such source.</exception>
    public string Text => Replacement ?? KernelSources.Text(Source);
}
