using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Stream;

/// <summary>What is to be streamed.</summary>
/// <param name="OpenDevice">Where it runs; its argument receives lines about what is not as it should be.</param>
/// <param name="Target">The target.</param>
/// <param name="Draft">The draft, which stays on the device.</param>
/// <param name="Residency">How much of the target stays there.</param>
/// <param name="Storage">Where the rest waits.</param>
/// <param name="LargestBudget">The most that any K will be.</param>
/// <param name="Iterations">That count, for each budget.</param>
internal sealed record StreamRequest(
    Func<Action<string>, ComputeDevice> OpenDevice, WeightCatalog Target, WeightCatalog Draft, ResidencyRequest Residency, StorageOptions Storage, int LargestBudget, int Iterations);
