namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>What one panel of sixteen outputs holds.</summary>
/// <param name="Inputs">K.</param>
/// <param name="GroupSize">Of 4-bit weights.</param>
internal readonly record struct PanelShape(int Inputs, int GroupSize)
{
    public static PanelShape Of(WeightShape shape) => new(shape.Columns, shape.Groups.Size);
}
