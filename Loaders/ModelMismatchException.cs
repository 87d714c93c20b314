namespace SpecExecNative.Loaders;

/// <summary>Draft and target cannot work together: their vocabularies differ.</summary>
public sealed class ModelMismatchException : Exception
{
    public ModelMismatchException(string message)
        : base(message)
    {
    }
}
