namespace SpecExecNative.Engine.Offload;

/// <summary>Bytes of a layer's blob.</summary>
/// <param name="Offset">The first.</param>
/// <param name="Bytes">How many.</param>
public readonly record struct ByteRange(long Offset, long Bytes);
