using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Interop;
using SpecExecNative.Kernels.Cuda.Launching;

namespace SpecExecNative.Bench.Cuda.Ops;

/// <summary>The naive top-k: one kernel where the fast one is two, so no queue can be given it in their place.</summary>
internal static class NaiveTopK
{
    /// <summary>As <see cref="ComputeQueue.TopK"/> has it.</summary>
    public static void Ask(CudaDevice device, ComputeQueue queue, DeviceTensor logits, int vocabulary, float temperature, DeviceTensor ids, DeviceTensor logProbabilities)
    {
        KernelArguments arguments = default;
        arguments.Add(Address(logits));
        arguments.Add(logits.Columns);
        arguments.Add(vocabulary);
        arguments.Add(temperature);
        arguments.Add(ids.Columns);
        arguments.Add(Address(ids));
        arguments.Add(Address(logProbabilities));
        device.Load(KernelTable.For(device.Card.Generation).Find("top-k-naive")).Launch(((CudaQueue)queue).Stream, logits.Rows, 1, ref arguments);
    }

    private static DevicePointer Address(DeviceTensor tensor) => ((CudaBuffer)tensor.Buffer).Pointer + tensor.ByteOffset;
}
