namespace SpecExecNative.Bench.Figures;

/// <summary>Something that was chosen beforehand: what a figure was measured at, or a setting of a whole run.</summary>
/// <param name="Name">E.g. <c>M</c>.</param>
/// <param name="Value">E.g. <c>64</c>; never empty.</param>
internal readonly record struct Parameter(string Name, string Value);
