namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>Where downloads of the Hugging Face hub are kept, by the rules of its own client.</summary>
internal static class HuggingFaceCache
{
    /// <summary>HF_HUB_CACHE, else HUGGINGFACE_HUB_CACHE, else HF_HOME/hub, else XDG_CACHE_HOME/huggingface/hub, else ~/.cache/huggingface/hub.</summary>
    public static string Directory(Func<string, string?> environment)
    {
        string? Variable(string name) => environment(name) is { Length: > 0 } value ? ExpandHome(value, environment) : null;

        return Variable("HF_HUB_CACHE")
            ?? Variable("HUGGINGFACE_HUB_CACHE")
            ?? Path.Combine(
                Variable("HF_HOME") ?? Path.Combine(Variable("XDG_CACHE_HOME") ?? Path.Combine(Home(environment), ".cache"), "huggingface"),
                "hub");
    }

    private static string ExpandHome(string path, Func<string, string?> environment)
        => path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? Path.Join(Home(environment), path[1..]) : path;

    private static string Home(Func<string, string?> environment)
        => environment("HOME") is { Length: > 0 } home ? home : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
}
