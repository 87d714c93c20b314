namespace SpecExecNative.Engine.Quantization;

/// <summary>How far a quantization has come.</summary>
/// <param name="Layer">The layer at work.</param>
/// <param name="Done">Groups of modules done, all layers together.</param>
/// <param name="Total">Groups of modules in all.</param>
public readonly record struct QuantizeProgress(int Layer, int Done, int Total);
