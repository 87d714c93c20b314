namespace SpecExecNative.CudaEmulator.Ptx;

/// <summary>A kernel parameter: where its bytes lie in the parameter block.</summary>
/// <param name="Name">Name in the PTX.</param>
/// <param name="Offset">Offset in bytes, aligned as the PTX asks.</param>
/// <param name="Bytes">Size in bytes.</param>
public readonly record struct PtxParameter(string Name, int Offset, int Bytes);
