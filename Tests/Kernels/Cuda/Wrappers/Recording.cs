using System.Reflection;
using System.Text.Json;

namespace SpecExecNative.Tests.Kernels.Cuda.Wrappers;

/// <summary>What cards answered to the wrappers' inputs: one JSON object a card, its name and for each kernel the words in hexadecimal.</summary>
internal static class Recording
{
    private const string Folder = "wrappers/recorded/";
    private const double Tolerance = 1e-5;

    /// <summary>Adds a kernel's answers to a card's file.</summary>
    public static void Add(string path, string card, string kernel, uint[] words)
    {
        Dictionary<string, string> answers = File.Exists(path) ? Parse(File.ReadAllBytes(path)) : [];
        answers["card"] = card;
        answers[kernel] = string.Join(' ', words.Select(word => word.ToString("x8")));
        File.WriteAllText(path, JsonSerializer.Serialize(answers));
    }

    /// <summary>What all cards whose files are part of the tests answered to a kernel.</summary>
    public static IEnumerable<(string Card, uint[] Words)> Of(string kernel)
        => Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .SelectMany(name => Read(WrapperKernel.Resource(name["wrappers/".Length..]), kernel));

    /// <summary>What one file holds for a kernel: one answer, or none.</summary>
    public static IEnumerable<(string Card, uint[] Words)> Read(byte[] file, string kernel)
    {
        Dictionary<string, string> answers = Parse(file);
        return answers.TryGetValue(kernel, out string? words)
            ? [(answers["card"], words.Split(' ').Select(word => Convert.ToUInt32(word, 16)).ToArray())]
            : [];
    }

    /// <summary>The first word that is not what was recorded; null: none.</summary>
    public static int? FirstDifference(uint[] words, uint[] recorded)
    {
        for (int i = 0; i < recorded.Length; i++)
        {
            // How a card rounds inside a product of tensors, and the last bit of exp2, are its own affair.
            bool isApproximate = i % WrapperKernel.WordsOfALane is < 4 or 15;
            if (isApproximate ? Distance(words[i], recorded[i]) > Tolerance : words[i] != recorded[i])
            {
                return i;
            }
        }

        return null;
    }

    private static Dictionary<string, string> Parse(byte[] file) => JsonSerializer.Deserialize<Dictionary<string, string>>(file)!;

    private static double Distance(uint actual, uint expected)
    {
        double a = BitConverter.UInt32BitsToSingle(actual);
        double b = BitConverter.UInt32BitsToSingle(expected);
        return Math.Abs(a - b) / Math.Max(1, Math.Abs(b));
    }
}
