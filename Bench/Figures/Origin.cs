namespace SpecExecNative.Bench.Figures;

/// <summary>Where a figure comes from. Nobody who reads one should have to guess.</summary>
internal enum Origin
{
    /// <summary>This program ran, and a clock or a counter was read.</summary>
    Measured,

    /// <summary>A simulated device or a made-up draft stood in for the real one.</summary>
    Simulated,

    /// <summary>Somebody else's figure, from a paper or a data sheet.</summary>
    Published,
}
