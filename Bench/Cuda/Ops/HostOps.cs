using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Interop;

namespace SpecExecNative.Bench.Cuda.Ops;

/// <summary>The kernels that reach across the link: <c>collect</c> and <c>deliver</c>.</summary>
/// <param name="site">The card.</param>
internal sealed class HostOps(OpSite site)
{
    private static readonly int[] CollectedBytes = [1 << 12, 1 << 16, 1 << 20];

    /// <summary>Small copies out of pinned memory, past the copy engine. GB/s of the link, which no limit of the card's memory bounds.</summary>
    public IEnumerable<KernelOp> Collect()
    {
        foreach (int bytes in CollectedBytes)
        {
            BenchMemory memory = site.NewMemory();
            PinnedBuffer source = memory.Pinned(bytes, 96);
            using var op = new KernelOp(memory)
            {
                Table = "across the link",
                Parameters = queue => [new("kernel", "collect"), new("queue", queue), new("bytes", $"{bytes}")],
                Call = (queue, _, outputs) => queue.CopyToDevice(source, 0, outputs[0].Buffer, 0, bytes),
                Outputs = [memory.Uninitialised(DType.I32, 1, bytes / sizeof(int))],
                Expected = [memory.Uninitialised(DType.I32, 1, bytes / sizeof(int))],
                Tolerances = [Tolerance.Exact],
                Reference = (queue, expected) => CopyByEngine(queue, source, expected[0].Buffer),
                Figures = (seconds, _) => [seconds.Rates(bytes / 1e9).Figure("over the link", "GB/s"), seconds.Times(1e6).Figure("time", "µs")],
            };
            yield return op;
        }
    }

    /// <summary>From asking for a delivery to seeing it, by the host's clock: a launch, <c>deliver</c>, and the word on its way.</summary>
    public IEnumerable<KernelOp> Deliver()
    {
        const int Words = 64;
        BenchMemory memory = site.NewMemory();
        Mailbox mailbox = memory.Own(site.Device.CreateMailbox(Words * sizeof(float), "benchmark"));
        DeviceTensor source = memory.Ones(DType.F32, 1, Words, 95);
        DeviceTensor first = memory.Ints([0]);
        using var op = new KernelOp(memory)
        {
            Table = "across the link",
            Parameters = queue => [new("kernel", "deliver"), new("queue", queue)],
            Call = (queue, _, outputs) =>
            {
                queue.GatherRows(source, first, mailbox.Buffer.AsTensor(DType.F32, 1, Words));
                mailbox.Post(queue);
                memory.Write(outputs[0].Buffer, 0, mailbox.Receive());
            },
            Outputs = [memory.Uninitialised(DType.F32, 1, Words)],
            Expected = [memory.Uninitialised(DType.F32, 1, Words)],
            Tolerances = [Tolerance.Exact],
            Reference = (_, expected) => memory.Write(expected[0].Buffer, 0, memory.Read(source, 0, Words)),
            OnHost = queue => () =>
            {
                mailbox.Post(queue);
                mailbox.Receive();
            },
            Figures = (seconds, _) => [seconds.Times(1e6).Figure("time", "µs")],
        };
        yield return op;
    }

    private static unsafe void CopyByEngine(ComputeQueue queue, PinnedBuffer source, DeviceBuffer destination)
        => CudaDriver.cuMemcpyHtoDAsync_v2(((CudaBuffer)destination).Pointer, ((CudaPinnedBuffer)source).Address, (nuint)source.Bytes, ((CudaQueue)queue).Stream).ThrowOnError();
}
