using SpecExecNative.Kernels.Cuda.Interop;
using SpecExecNative.Kernels.Cuda.Memory;

namespace SpecExecNative.Kernels.Cuda.Launching;

/// <summary>A kernel variant in a card's memory.</summary>
internal sealed unsafe class LoadedKernel : IDisposable
{
    /// <summary>What a block may have without asking for more.</summary>
    private const int DefaultSharedBytes = 48 * 1024;

    private readonly CodeHandle _module;
    private readonly CuFunction _function;

    /// <param name="variant">What it is.</param>
    /// <param name="module">Its code; this owns it.</param>
    public LoadedKernel(KernelVariant variant, CodeHandle module)
    {
        Variant = variant;
        TileRows = variant.TileRows;
        TileColumns = variant.TileColumns;
        _module = module;
        byte[] name = System.Text.Encoding.ASCII.GetBytes(variant.Entry + '\0');
        fixed (byte* text = name)
        {
            CudaDriver.cuModuleGetFunction(out _function, module.Module, text).ThrowOnError();
        }

        if (variant.DynamicSharedBytes > DefaultSharedBytes)
        {
            CudaDriver.cuFuncSetAttribute(_function, FunctionAttribute.MaxDynamicSharedBytes, variant.DynamicSharedBytes).ThrowOnError();
        }
    }

    public KernelVariant Variant { get; }

    /// <summary>Rows of the output that one block makes; 1 where the kernel has no tile.</summary>
    public int TileRows { get; }

    /// <summary>Columns, likewise.</summary>
    public int TileColumns { get; }

    /// <summary>Queues one launch.</summary>
    /// <exception cref="CudaException">The driver refuses; the message names the variant and the grid.</exception>
    public void Launch(CuStream stream, int gridX, int gridY, ref readonly KernelArguments arguments, int gridZ = 1)
    {
        void** parameters = stackalloc void*[KernelArguments.Capacity];
        fixed (ulong* cells = &arguments.First)
        {
            for (int i = 0; i < arguments.Count; i++)
            {
                parameters[i] = cells + i;
            }

            CudaResult result = CudaDriver.cuLaunchKernel(
                _function, (uint)gridX, (uint)gridY, (uint)gridZ, (uint)Variant.Threads, 1, 1, (uint)Variant.DynamicSharedBytes, stream, parameters, null);
            if (result != CudaResult.Success)
            {
                throw result.ToException($"cuLaunchKernel({Variant.Name}, grid {gridX} × {gridY} × {gridZ})");
            }
        }
    }

    public void Dispose() => _module.Dispose();
}
