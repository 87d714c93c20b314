namespace SpecExecNative.Kernels.Simulated;

/// <summary>Something that a queue was asked to do.</summary>
/// <param name="Name">For timelines.</param>
/// <param name="Engine">Who does it; null: it takes nobody, as waiting does.</param>
/// <param name="Seconds">How long it takes once it has begun.</param>
/// <param name="IssuedAt">When the host asked for it.</param>
internal sealed record SimulatedWork(string Name, SimulatedEngine? Engine, double Seconds, double IssuedAt)
{
    /// <summary>What came before it in its queue; null: nothing, or it is done.</summary>
    public SimulatedWork? Previous { get; set; }

    /// <summary>What it waits for beside that.</summary>
    public SimulatedWork? Awaited { get; set; }

    /// <summary>When everything that it waits for is done; meaningful once that is known.</summary>
    public double ReadyAt { get; set; }

    /// <summary>When it is done; NaN: not known yet.</summary>
    public double End { get; set; } = double.NaN;

    public bool IsScheduled => !double.IsNaN(End);
}
