using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Transformers;

namespace SpecExecNative.Bench.Stream;

/// <summary>A pair of models whose passes are measured.</summary>
/// <param name="Target">The target.</param>
/// <param name="Draft">The draft, which stays on the device.</param>
/// <param name="Residency">How much of the target stays there.</param>
/// <param name="Storage">Where the rest waits.</param>
/// <param name="LargestBudget">The most that any K will be.</param>
/// <param name="Iterations">That count, for each budget.</param>
internal sealed record StreamPair(WeightCatalog Target, WeightCatalog Draft, ResidencyRequest Residency, StorageOptions Storage, int LargestBudget, int Iterations);
