using System.Security.Cryptography;

namespace SpecExecNative.Bench.Machine;

/// <summary>
/// Names what a run read without saying where it lies: the last part of the path, and the beginning of a checksum, so that another file of
/// the same name is not taken for it.
/// </summary>
internal static class InputName
{
    private const int Digits = 8;

    /// <summary>A file, by its content.</summary>
    public static string OfFile(string path) => $"{Path.GetFileName(path)} ({Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))[..Digits]})";

    /// <summary>A model's folder, by its configuration and the sizes of its weights: reading 40 GB twice would take too long.</summary>
    public static string OfModel(DirectoryInfo folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (FileInfo file in folder.EnumerateFiles().Where(f => f.Extension is ".safetensors" or ".json").OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{file.Name} {file.Length}\n"));
            if (file.Name == "config.json")
            {
                hash.AppendData(File.ReadAllBytes(file.FullName));
            }
        }

        return $"{folder.Name} ({Convert.ToHexStringLower(hash.GetHashAndReset())[..Digits]})";
    }
}
