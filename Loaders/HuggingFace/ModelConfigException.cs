namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>config.json or generation_config.json is missing, damaged, or asks for something that would change the numbers and is not supported.</summary>
public sealed class ModelConfigException : ModelFormatException
{
    internal ModelConfigException(string path, string? field, string? value, string problem, Exception? inner = null)
        : base(Message(path, field, value, problem), inner)
    {
        FilePath = path;
        Field = field;
        Value = value;
    }

    public string FilePath { get; }

    /// <summary>Name of the field, e.g. <c>rope_scaling.rope_type</c>; null where the fault is the file's.</summary>
    public string? Field { get; }

    /// <summary>The field's JSON, cut short if long; null where it is absent.</summary>
    public string? Value { get; }

    private static new string Message(string path, string? field, string? value, string problem) => (field, value) switch
    {
        (null, _) => $"{path}: {problem}",
        (_, null) => $"{path}: {field}: {problem}",
        _ => $"{path}: {field} = {value}: {problem}",
    };
}
