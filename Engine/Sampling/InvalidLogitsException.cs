namespace SpecExecNative.Engine.Sampling;

/// <summary>The model's output for a position is not a distribution: NaN, +∞, or nothing that may be chosen.</summary>
public sealed class InvalidLogitsException : Exception
{
    public InvalidLogitsException(long position, string problem)
        : base($"No token can be chosen at position {position}: {problem}.")
    {
    }
}
