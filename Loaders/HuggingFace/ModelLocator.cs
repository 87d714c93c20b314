using System.Text.RegularExpressions;
using SpecExecNative.Loaders.Json;

namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>Finds the directory of a model that is given as a path, or as the <c>org/name</c> of a download in the Hugging Face cache.</summary>
public static partial class ModelLocator
{
    private const int MaxRevisionBytes = 256;

    /// <summary>An existing directory as it is; else the newest <c>main</c> of a repository in the cache.</summary>
    /// <param name="nameOrPath">A directory, or <c>org/name</c>.</param>
    /// <returns>A full path.</returns>
    /// <exception cref="ModelNotFoundException">Neither is there; the message says which command downloads it.</exception>
    public static string Resolve(string nameOrPath) => Resolve(nameOrPath, Environment.GetEnvironmentVariable);

    internal static string Resolve(string nameOrPath, Func<string, string?> environment)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(nameOrPath);
        if (Directory.Exists(nameOrPath))
        {
            return Path.GetFullPath(nameOrPath);
        }

        if (File.Exists(nameOrPath))
        {
            throw new ModelNotFoundException(nameOrPath, $"{nameOrPath} is a file. Give the directory that holds it, with its config.json.");
        }

        return RepositoryId().IsMatch(nameOrPath)
            ? ResolveInCache(nameOrPath, HuggingFaceCache.Directory(environment))
            : throw new ModelNotFoundException(nameOrPath, $"There is no directory {nameOrPath}, and it is not the org/name of a Hugging Face repository either.");
    }

    private static string ResolveInCache(string repository, string cache)
    {
        string home = Path.Combine(cache, $"models--{repository.Replace("/", "--", StringComparison.Ordinal)}");
        string snapshots = Path.Combine(home, "snapshots");
        string main = Path.Combine(home, "refs", "main");
        ModelNotFoundException NotFound(string problem) => new(
            repository, $"{repository} {problem} Download it with: hf download {repository}");

        if (!Directory.Exists(home))
        {
            throw NotFound($"is no directory here, and not in the Hugging Face cache ({cache}) either.");
        }

        if (!File.Exists(main))
        {
            throw NotFound($"is in the Hugging Face cache ({home}), but not its main revision. Another revision can be given by its directory under {snapshots}.");
        }

        string commit = ReadRevision(main) ?? throw NotFound($"is in the Hugging Face cache, but {main} does not hold a revision.");
        string snapshot = Path.Combine(snapshots, commit);
        return Directory.Exists(snapshot)
            ? Path.GetFullPath(snapshot)
            : throw NotFound($"is in the Hugging Face cache, but {snapshot}, which {main} names, is not there.");
    }

    private static string? ReadRevision(string path)
    {
        try
        {
            string commit = System.Text.Encoding.UTF8.GetString(BoundedFile.ReadAll(path, MaxRevisionBytes)).Trim();
            return Commit().IsMatch(commit) ? commit : null;
        }
        catch (Exception e) when (BoundedFile.IsReadError(e))
        {
            return null;
        }
    }

    // What the hub allows; a lone name is an old repository without an organisation. No part starts with a dot.
    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)?\z")]
    private static partial Regex RepositoryId();

    [GeneratedRegex(@"\A[0-9a-fA-F]{7,64}\z")]
    private static partial Regex Commit();
}
