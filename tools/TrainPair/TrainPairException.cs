namespace SpecExecNative.TrainPair;

/// <summary>A failure that the person at the keyboard can mend; its message says how.</summary>
internal abstract class TrainPairException : Exception
{
    protected TrainPairException(string message)
        : base(message)
    {
    }

    protected TrainPairException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
