namespace SpecExecNative.TrainPair.Storage;

/// <summary>One tensor of a safetensors file: dtype in that format's spelling, shape, and its bytes, little-endian, row-major.</summary>
internal sealed record StoredTensor(string DType, long[] Shape, byte[] Bytes);
