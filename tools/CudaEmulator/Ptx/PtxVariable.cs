namespace SpecExecNative.CudaEmulator.Ptx;

/// <summary>A module's <c>.global</c> or <c>.const</c> variable. It needs memory, and
/// <see cref="PtxModule.Bind"/> with its address, before a kernel that names it is launched.</summary>
/// <param name="Name">Name in the PTX, as cuModuleGetGlobal takes it.</param>
/// <param name="Bytes">Size in bytes.</param>
/// <param name="Alignment">Alignment in bytes.</param>
/// <param name="IsConstant">Whether it lies in <c>.const</c>, which kernels cannot write.</param>
/// <param name="InitialBytes">Its first bytes; what lies behind them is zero.</param>
public sealed record PtxVariable(string Name, long Bytes, int Alignment, bool IsConstant, byte[] InitialBytes);
