namespace SpecExecNative.Bench.Pictures.Curves;

/// <summary>A point of a curve.</summary>
/// <param name="X">Above 0.</param>
/// <param name="Y">In the axis's unit.</param>
/// <param name="Error">Half of the 95 % interval; null: not known.</param>
internal readonly record struct CurvePoint(double X, double Y, double? Error);
