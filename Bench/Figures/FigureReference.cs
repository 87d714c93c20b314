namespace SpecExecNative.Bench.Figures;

/// <summary>What a figure is set against.</summary>
/// <param name="Name">E.g. <c>FMA peak</c>.</param>
/// <param name="Ratio">The figure over the reference: above 1, it is larger.</param>
/// <param name="Value">The reference itself, in the figure's unit; null: only the ratio is known, as where both took turns.</param>
/// <param name="Origin">Where the reference comes from.</param>
internal sealed record FigureReference(string Name, double Ratio, double? Value = null, Origin Origin = Origin.Measured);
