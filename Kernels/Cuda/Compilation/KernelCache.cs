namespace SpecExecNative.Kernels.Cuda;

/// <summary>
/// Compiled kernels on disk, one file each. Any number of processes may use a folder at once: entries appear whole or not
/// at all. What is damaged or foreign is as good as absent; a folder that cannot be written costs one warning.
/// </summary>
public sealed class KernelCache
{
    /// <summary>A full set for one card takes a few MiB; this holds many versions of it.</summary>
    public const long DefaultCapacityBytes = 256L << 20;

    private const string Extension = ".kernel";
    private readonly long _capacityBytes;
    private readonly Action<string>? _log;
    private int _warned;

    /// <param name="folder">Need not exist.</param>
    /// <param name="log">Receives the warning.</param>
    /// <param name="capacityBytes">The oldest entries go when there is more.</param>
    public KernelCache(string folder, Action<string>? log = null, long capacityBytes = DefaultCapacityBytes)
    {
        Folder = folder;
        _log = log;
        _capacityBytes = capacityBytes;
    }

    /// <summary>Where the entries lie.</summary>
    public string Folder { get; }

    /// <summary>The place that this platform has for such files: XDG_CACHE_HOME or ~/.cache, LOCALAPPDATA, ~/Library/Caches.</summary>
    public static string DefaultFolder
    {
        get
        {
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            string root = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
                : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { } xdg && Path.IsPathRooted(xdg) ? xdg
                : Path.Combine(home, ".cache");
            return Path.Combine(root, "specexec", "kernels");
        }
    }

    /// <summary>The entry for a key; null: there is none that is whole.</summary>
    internal CompiledKernel? TryRead(string key)
    {
        string path = PathOf(key);
        try
        {
            CompiledKernel? kernel = KernelCacheEntry.Read(key, File.ReadAllBytes(path));
            if (kernel is not null)
            {
                Touch(path);
            }

            return kernel;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Stores an entry, and makes room where there is too much.</summary>
    internal void Write(string key, CompiledKernel kernel)
    {
        string path = PathOf(key);
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            CreateFolder();
            try
            {
                File.WriteAllBytes(temporary, KernelCacheEntry.Write(key, kernel));
                File.Move(temporary, path, overwrite: true);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }

        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (Interlocked.Exchange(ref _warned, 1) == 0)
            {
                _log?.Invoke($"compiled kernels cannot be kept in {Folder} ({e.Message}); every start will compile them");
            }

            return;
        }

        MakeRoom();
    }

    private string PathOf(string key) => Path.Combine(Folder, key + Extension);

    /// <summary>For this user alone: what lies in it runs.</summary>
    private void CreateFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Folder);
        }
        else
        {
            Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Used is young: eviction looks at this time.</summary>
    private static void Touch(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A read-only cache is still a cache.
        }
    }

    private void MakeRoom()
    {
        try
        {
            DeleteTooMuch();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody else is storing or making room at this moment: files come and go. The next entry tries again.
        }
    }

    private void DeleteTooMuch()
    {
        FileInfo[] files = new DirectoryInfo(Folder).GetFiles();
        DateTime abandoned = DateTime.UtcNow - TimeSpan.FromHours(1);
        long total = files.Sum(file => file.Length);
        foreach (FileInfo file in files.OrderBy(file => file.LastWriteTimeUtc))
        {
            bool isLeftover = file.Extension == ".tmp" && file.LastWriteTimeUtc < abandoned;
            bool isTooMuch = file.Extension == Extension && total > _capacityBytes;
            if (isLeftover || isTooMuch)
            {
                total -= file.Length;
                TryDelete(file);
            }
        }
    }

    private static void TryDelete(FileInfo file)
    {
        try
        {
            file.Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another process has it open, or was faster.
        }
    }
}
