namespace SpecExecNative.Bench.Pictures;

/// <summary>A kernel in a roofline.</summary>
/// <param name="FlopsPerByte">Above 0.</param>
/// <param name="TeraflopsPerSecond">Above 0.</param>
internal readonly record struct KernelPoint(double FlopsPerByte, double TeraflopsPerSecond);
