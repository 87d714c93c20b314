namespace SpecExecNative.Engine.Transformers;

/// <summary>How far the loading of a model has come.</summary>
/// <param name="BytesDone">Bytes on the device.</param>
/// <param name="BytesTotal">Bytes in all.</param>
public readonly record struct LoadProgress(long BytesDone, long BytesTotal);
