namespace SpecExecNative.Bench.Figures;

/// <summary>The same figure in an earlier file.</summary>
/// <param name="Value">In the figure's unit.</param>
/// <param name="Ratio">The figure over <paramref name="Value"/>; null where that is zero.</param>
internal sealed record BaselineValue(double Value, double? Ratio);
