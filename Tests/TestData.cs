using NUnit.Framework;

namespace SpecExecNative.Tests;

/// <summary>Finds the repository and the data folder that lies beside it.</summary>
public static class TestData
{
    /// <summary>The checkout: SPECEXEC_ROOT, or the folder above this program that holds SpecExecNative.sln; null far from one.</summary>
    public static string? RepositoryRoot { get; } =
        Environment.GetEnvironmentVariable("SPECEXEC_ROOT") ?? FindUpwards(AppContext.BaseDirectory, "SpecExecNative.sln");

    /// <summary>
    /// Path of an item of the fixtures that nobody on this project made (reference verdicts, real models).
    /// They are not part of the repository: a test that needs one is skipped where the folder is absent.
    /// </summary>
    public static string Shared(string relativePath)
    {
        string? root = Environment.GetEnvironmentVariable("SPECEXEC_SHARED")
            ?? (RepositoryRoot is null ? null : Path.Combine(RepositoryRoot, "..", "shared"));
        if (root is null || !Directory.Exists(root))
        {
            Assert.Ignore("The shared fixtures are not on this machine (set SPECEXEC_SHARED to their folder).");
        }

        return Path.GetFullPath(Path.Combine(root!, relativePath));
    }

    /// <summary>Path of a file of this repository.</summary>
    public static string Repository(string relativePath)
    {
        Assert.That(RepositoryRoot, Is.Not.Null, "run the tests from a checkout, or set SPECEXEC_ROOT to one");
        return Path.Combine(RepositoryRoot!, relativePath);
    }

    private static string? FindUpwards(string start, string marker)
    {
        for (DirectoryInfo? at = new(start); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, marker)))
            {
                return at.FullName;
            }
        }

        return null;
    }
}
