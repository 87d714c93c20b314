using SpecExecNative.Bench.Figures;
using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Stream;

/// <summary>What is to be measured over.</summary>
/// <param name="OpenDevice">Where it runs; its argument receives lines about what is not as it should be.</param>
/// <param name="Pair">Models to load; null: none of the cases needs them.</param>
/// <param name="LargestCopy">Bytes of the largest copy.</param>
/// <param name="Folder">Where a file may lie that copies from disk are made from.</param>
/// <param name="Timing">How long a copy is measured.</param>
internal sealed record StreamRequest(Func<Action<string>, ComputeDevice> OpenDevice, StreamPair? Pair, int LargestCopy, string Folder, Timing Timing);
