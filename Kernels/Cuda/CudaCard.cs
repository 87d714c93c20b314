using System.Runtime.InteropServices;
using SpecExecNative.Kernels.Cuda.Interop;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>A card, as the driver describes it.</summary>
/// <param name="Ordinal">Its number, which <c>CUDA_VISIBLE_DEVICES</c> can change.</param>
/// <param name="Name">E.g. <c>NVIDIA GeForce RTX 4090</c>.</param>
/// <param name="Architecture">Compute capability.</param>
/// <param name="MemoryBytes">All of its memory.</param>
/// <param name="Multiprocessors">How many.</param>
/// <param name="MaxSharedBytes">Shared memory that one block can have.</param>
/// <param name="CopyEngines">Copies that can run at once, beside kernels.</param>
/// <param name="PciAddress">E.g. <c>0000:01:00.0</c>.</param>
public sealed record CudaCard(
    int Ordinal, string Name, GpuArchitecture Architecture, long MemoryBytes, int Multiprocessors, int MaxSharedBytes, int CopyEngines, string PciAddress)
{
    /// <summary>The first architecture that the kernels are written for.</summary>
    public static GpuArchitecture Oldest { get; } = new(7, 5);

    /// <summary>The family of kernels that it runs.</summary>
    public KernelGeneration Generation => Architecture.Major < 8 ? KernelGeneration.Turing : KernelGeneration.Ampere;

    /// <summary>All cards that the driver shows, those that are too old included.</summary>
    /// <exception cref="CudaUnavailableException">There is no driver, or one that is too old.</exception>
    /// <exception cref="CudaException">The driver does not work.</exception>
    public static IReadOnlyList<CudaCard> List()
    {
        _ = CudaRuntime.Initialize();
        CudaDriver.cuDeviceGetCount(out int count).ThrowOnError();
        return [.. Enumerable.Range(0, count).Select(Describe)];
    }

    /// <summary>The card of this number.</summary>
    /// <exception cref="CudaUnavailableException">There is none, or it is too old.</exception>
    public static CudaCard Require(int ordinal)
    {
        IReadOnlyList<CudaCard> cards = List();
        if (ordinal < 0 || ordinal >= cards.Count)
        {
            throw new CudaUnavailableException($"There is no card {ordinal}: the driver shows {cards.Count}.");
        }

        CudaCard card = cards[ordinal];
        return card.Architecture >= Oldest
            ? card
            : throw new CudaUnavailableException($"{card.Name} has compute capability {card.Architecture}; at least {Oldest} (GeForce RTX 20) is needed.");
    }

    /// <summary>Its driver can lock memory that the program has already.</summary>
    internal bool RegistersHostMemory { get; private init; }

    /// <summary>The driver's handle.</summary>
    internal CuDevice Open()
    {
        CudaDriver.cuDeviceGet(out CuDevice device, Ordinal).ThrowOnError();
        return device;
    }

    private static unsafe CudaCard Describe(int ordinal)
    {
        CudaDriver.cuDeviceGet(out CuDevice device, ordinal).ThrowOnError();
        const int Capacity = 256;
        byte* text = stackalloc byte[Capacity];
        CudaDriver.cuDeviceGetName(text, Capacity, device).ThrowOnError();
        string name = Marshal.PtrToStringUTF8((nint)text)!;
        CudaDriver.cuDeviceGetPCIBusId(text, Capacity, device).ThrowOnError();
        string address = Marshal.PtrToStringUTF8((nint)text)!;
        CudaDriver.cuDeviceTotalMem_v2(out nuint memory, device).ThrowOnError();
        return new CudaCard(
            ordinal,
            name,
            new GpuArchitecture(Attribute(device, DeviceAttribute.ComputeCapabilityMajor), Attribute(device, DeviceAttribute.ComputeCapabilityMinor)),
            (long)memory,
            Attribute(device, DeviceAttribute.MultiprocessorCount),
            Attribute(device, DeviceAttribute.MaxSharedBytesPerBlockOptIn),
            Attribute(device, DeviceAttribute.AsyncEngineCount),
            address)
        {
            RegistersHostMemory = Attribute(device, DeviceAttribute.HostRegisterSupported) != 0,
        };
    }

    private static int Attribute(CuDevice device, DeviceAttribute attribute)
    {
        CudaDriver.cuDeviceGetAttribute(out int value, attribute, device).ThrowOnError();
        return value;
    }
}
