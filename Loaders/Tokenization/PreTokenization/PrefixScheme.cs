namespace SpecExecNative.Loaders.Tokenization.PreTokenization;

/// <summary>Where <see cref="MetaspaceSplitter"/> adds its sign to text that does not begin with it.</summary>
internal enum PrefixScheme
{
    /// <summary>Before every stretch between added tokens.</summary>
    Always,

    /// <summary>Only at the very start of the input.</summary>
    First,

    /// <summary>Nowhere.</summary>
    Never,
}
