using NUnit.Framework;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Tests.Loaders.Safetensors;

/// <summary>The reference reader's verdict on files made to be hard, each told by its own error's name.</summary>
public sealed class ReferenceVerdictTests
{
    private const string Folder = "fixtures/safetensors";

    // Only Rust's serde reads these: a struct as an array, and an enum's name as an object's key.
    private static readonly string[] RefusedByUsAlone = ["dtype_tagged_obj", "tensor_array_form"];

    [Test]
    public void EveryFileIsJudgedAsTheReferenceJudgesIt()
    {
        string folder = TestData.Shared(Folder);
        string[][] verdicts = [.. File.ReadLines(Path.Combine(folder, "expected.tsv")).Select(l => l.Split('\t'))];

        Assert.That(verdicts, Has.Length.EqualTo(81));
        using (Assert.EnterMultipleScope())
        {
            foreach (string[] verdict in verdicts)
            {
                string path = Path.Combine(folder, verdict[0] + ".safetensors");
                string expected = RefusedByUsAlone.Contains(verdict[0]) ? nameof(SafetensorsError.InvalidHeaderDeserialization)
                    : verdict[1] == "OK" ? $"OK {verdict[2]}".TrimEnd()
                    : verdict[1];
                Assert.That(OfMappedFile(path), Is.EqualTo(expected), $"{verdict[0]}, mapped");
                Assert.That(OfBytes(path), Is.EqualTo(expected), $"{verdict[0]}, from bytes");
            }
        }
    }

    private static string OfMappedFile(string path) => Verdict(path, () =>
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return file.Tensors.Values;
    });

    private static string OfBytes(string path) => Verdict(path, () =>
    {
        byte[] bytes = File.ReadAllBytes(path);
        return SafetensorsHeader.Parse(bytes, bytes.Length, path).Tensors.Values;
    });

    private static string Verdict(string path, Func<IEnumerable<TensorInfo>> open)
    {
        try
        {
            return string.Join(' ', open().OrderBy(t => t.Name, StringComparer.Ordinal).Select(Describe).Prepend("OK"));
        }
        catch (SafetensorsFormatException e)
        {
            Assert.That(e.Message, Does.StartWith(path));
            Assert.That(e.TensorName, Is.Null.Or.Matches<string>(name => e.Message.Contains($"'{name}'")));
            return e.Error.ToString();
        }
    }

    private static string Describe(TensorInfo tensor)
    {
        // The reference counts dimensions in u64. Past i64 there are only those of empty tensors, which we give as the largest i64.
        IEnumerable<string> shape = tensor.Shape.Select(d => d == long.MaxValue ? "18446744073709551615" : $"{d}");
        return $"{tensor.Name}:{tensor.Type.Spelling()}[{string.Join(", ", shape)}]";
    }
}
