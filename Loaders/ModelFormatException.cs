namespace SpecExecNative.Loaders;

/// <summary>
/// A model's files are missing, damaged, or ask for something this program does not do.
/// The message names the file and, where there is one, the tensor or field, and says what to do.
/// </summary>
public abstract class ModelFormatException : Exception
{
    protected ModelFormatException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
