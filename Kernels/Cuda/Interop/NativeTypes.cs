using System.Runtime.CompilerServices;

// The interop below passes nothing but plain values, so nothing is marshalled behind its back.
[assembly: DisableRuntimeMarshalling]

namespace SpecExecNative.Kernels.Cuda.Interop;

/// <summary>CUdeviceptr: an address in a device's memory.</summary>
internal readonly record struct DevicePointer(ulong Address)
{
    /// <summary>The address <paramref name="bytes"/> further on.</summary>
    public static DevicePointer operator +(DevicePointer from, long bytes) => new(from.Address + (ulong)bytes);
}

/// <summary>CUdevice: a card, by number.</summary>
internal readonly record struct CuDevice(int Ordinal);

/// <summary>CUcontext.</summary>
internal readonly record struct CuContext(nint Value);

/// <summary>CUstream.</summary>
internal readonly record struct CuStream(nint Value);

/// <summary>CUevent.</summary>
internal readonly record struct CuEvent(nint Value);

/// <summary>CUmodule.</summary>
internal readonly record struct CuModule(nint Value);

/// <summary>CUfunction.</summary>
internal readonly record struct CuFunction(nint Value);

/// <summary>CUgraph.</summary>
internal readonly record struct CuGraph(nint Value);

/// <summary>CUgraphExec.</summary>
internal readonly record struct CuGraphExec(nint Value);

/// <summary>nvrtcProgram.</summary>
internal readonly record struct NvrtcProgram(nint Value);

/// <summary>cublasHandle_t.</summary>
internal readonly record struct CublasHandle(nint Value);
