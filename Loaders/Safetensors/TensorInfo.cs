namespace SpecExecNative.Loaders.Safetensors;

/// <summary>Where a tensor lies in a safetensors file, and what it is.</summary>
/// <param name="Name">Any text, even none.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">
/// Row-major; empty for a scalar. A dimension past 2⁶³ − 1, which only a tensor without elements can have,
/// is given as <see cref="long.MaxValue"/>.
/// </param>
/// <param name="Offset">First byte, from the start of the data buffer. Not aligned to anything.</param>
/// <param name="Bytes">Elements × bits / 8.</param>
public sealed record TensorInfo(string Name, TensorType Type, IReadOnlyList<long> Shape, long Offset, long Bytes);
