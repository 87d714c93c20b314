namespace SpecExecNative.Loaders.Quantization.Writing;

/// <summary>What belongs to a model beside config and weights: tokenizer, templates, sampling defaults, licences.</summary>
internal static class CompanionFiles
{
    private static readonly string[] Patterns = ["*.json", "*.txt", "*.model", "*.jinja", "*.tiktoken", "LICENSE*", "NOTICE*", "USE_POLICY*"];

    /// <summary>Those that describe the source itself.</summary>
    private static readonly string[] Left = ["config.json", "model.safetensors.index.json", "pytorch_model.bin.index.json", "quantize_config.json", "quant_config.json", UnfinishedRun.FileName];

    /// <exception cref="IOException">One cannot be copied.</exception>
    public static void Copy(string source, string destination)
    {
        foreach (string path in Patterns.SelectMany(p => Directory.EnumerateFiles(source, p)).Distinct(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(path);
            if (!Left.Contains(name, StringComparer.Ordinal))
            {
                // By content: rights and times of a read-only cache are not to be inherited.
                File.WriteAllBytes(Path.Combine(destination, name), File.ReadAllBytes(path));
            }
        }
    }
}
