namespace SpecExecNative.Bench;

/// <summary>Something that the user can put right: the message says what and how, and nobody needs a stack trace.</summary>
internal class BenchException(string message, Exception? inner = null) : Exception(message, inner);
