using System.Collections.Concurrent;
using NUnit.Framework;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Interop;
using SpecExecNative.Kernels.Cuda.Launching;
using SpecExecNative.Kernels.Cuda.Memory;
using SpecExecNative.Tests.Kernels.Cuda.Device;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>
/// A real card, from the PTX that the library ships: so a later card also runs the kernels of an earlier generation. Each block lies
/// between bands that must not change.
/// </summary>
internal sealed unsafe class CardLab : ILab
{
    private const int BandBytes = 512;
    private const byte Poison = 0xFF;

    private static readonly Lazy<PrimaryContext> Context = new(() => new PrimaryContext(CudaCard.Require(0).Open()));
    private static readonly ConcurrentDictionary<(KernelGeneration, string), LoadedKernel> Kernels = new();

    private readonly List<(DeviceMemoryHandle Memory, long Bytes)> _blocks = [];
    private readonly StreamHandle _stream = new(Context.Value);
    private readonly LoadedKernel _kernel;

    public CardLab(KernelVariant variant)
        => _kernel = Kernels.GetOrAdd(
            (variant.Generation, variant.Name),
            _ => new LoadedKernel(variant, new CodeHandle(Context.Value, ShippedPtx.Instance!.Find(variant)!.Ptx.Span, out string _)));

    public static bool IsWanted => CardUnderTest.IsCard;

    public ulong Allocate(long bytes)
    {
        var memory = new DeviceMemoryHandle(Context.Value, bytes + (2 * BandBytes));
        _blocks.Add((memory, bytes));
        Write(memory.Pointer.Address, Enumerable.Repeat(Poison, checked((int)bytes + (2 * BandBytes))).ToArray());
        return memory.Pointer.Address + BandBytes;
    }

    public void Write(ulong address, ReadOnlySpan<byte> data)
    {
        Context.Value.MakeCurrent();
        fixed (byte* from = data)
        {
            CudaDriver.cuMemcpyHtoD_v2(new DevicePointer(address), from, (nuint)data.Length).ThrowOnError();
        }
    }

    public void Read(ulong address, Span<byte> data)
    {
        Context.Value.MakeCurrent();
        fixed (byte* to = data)
        {
            CudaDriver.cuMemcpyDtoH_v2(to, new DevicePointer(address), (nuint)data.Length).ThrowOnError();
        }
    }

    public void Launch((int X, int Y, int Z) grid, object[] arguments)
    {
        Context.Value.MakeCurrent();
        KernelArguments cells = default;
        foreach (object argument in arguments)
        {
            switch (argument)
            {
                case ulong address: cells.Add(new DevicePointer(address)); break;
                case int number: cells.Add(number); break;
                case float number: cells.Add(number); break;
                default: throw new ArgumentException($"{argument} is no kernel argument.", nameof(arguments));
            }
        }

        _kernel.Launch(_stream.Stream, grid.X, grid.Y, ref cells, grid.Z);
        CudaDriver.cuStreamSynchronize(_stream.Stream).ThrowOnError();
    }

    public void Dispose()
    {
        byte[] band = new byte[BandBytes];
        foreach ((DeviceMemoryHandle memory, long bytes) in _blocks)
        {
            foreach (ulong at in new[] { memory.Pointer.Address, memory.Pointer.Address + BandBytes + (ulong)bytes })
            {
                Read(at, band);
                Assert.That(band, Is.All.EqualTo(Poison), "a kernel wrote beside its memory");
            }

            memory.Dispose();
        }

        _stream.Dispose();
    }
}
