namespace SpecExecNative.TrainPair.Corpus;

/// <summary>The King James text could not be had from this machine, or does not look as expected.</summary>
internal sealed class CorpusException : TrainPairException
{
    public CorpusException(string message)
        : base(message)
    {
    }

    public CorpusException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
