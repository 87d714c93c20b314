namespace SpecExecNative.Loaders.Quantization.Writing;

/// <summary>A directory cannot take what is to be written: it holds something else. Nothing in it has been changed.</summary>
public sealed class OutputDirectoryException : Exception
{
    internal OutputDirectoryException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
