using Microsoft.Win32.SafeHandles;

namespace SpecExecNative.Engine.Offload;

/// <summary>Writes a file of packed layers. It appears whole or not at all.</summary>
internal static class PackedLayersWriter
{
    private const int PortionBytes = 16 << 20;
    private const string Suffix = ".part";

    /// <summary>A file that nobody has written to for so long, and nobody has open, is what a process left that was killed.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    /// <param name="path">The file; its folder is made if need be.</param>
    /// <param name="header">What goes into it.</param>
    /// <param name="pack">Packs a layer, to be read before the next is packed.</param>
    /// <param name="cancellation">Between two portions.</param>
    /// <exception cref="PackedFileException">There is no room, or it cannot be written.</exception>
    public static void Write(string path, PackedHeader header, Func<int, Kernels.PinnedBuffer> pack, CancellationToken cancellation)
    {
        string temporary = $"{path}.{Environment.ProcessId}{Suffix}";
        try
        {
            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            Directory.CreateDirectory(folder);
            RemoveAbandoned(folder);
            RequireRoom(path, folder, header.FileBytes);
            using (SafeFileHandle file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
            {
                for (int layer = 0; layer < header.Layers; layer++)
                {
                    WriteLayer(file, pack(layer), header.OffsetOf(layer), header, cancellation);
                }

                RandomAccess.SetLength(file, header.FileBytes);
                RandomAccess.Write(file, header.ToPage(), 0);
                RandomAccess.FlushToDisk(file);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not PackedFileException))
        {
            throw new PackedFileException(path, $"cannot be written: {e.Message} --packed-cache names another folder.", e);
        }
        finally
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }
        }
    }

    private static void WriteLayer(SafeFileHandle file, Kernels.PinnedBuffer blob, long offset, PackedHeader header, CancellationToken cancellation)
    {
        for (long at = 0; at < header.LayerBytes; at += PortionBytes)
        {
            cancellation.ThrowIfCancellationRequested();
            int some = (int)Math.Min(PortionBytes, header.LayerBytes - at);
            RandomAccess.Write(file, blob.Span(at, some), offset + at);
        }
    }

    /// <summary>They are as large as a model, and nobody else would ever look for them.</summary>
    private static void RemoveAbandoned(string folder)
    {
        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles($"*{PackedHeader.Extension}.*{Suffix}"))
        {
            try
            {
                if (DateTime.UtcNow - file.LastWriteTimeUtc > Abandoned)
                {
                    using (File.OpenHandle(file.FullName, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                    {
                        // Whoever is at it, if only asleep, holds it.
                    }

                    file.Delete();
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Somebody else's.
            }
        }
    }

    private static void RequireRoom(string path, string folder, long bytes)
    {
        long free = new DriveInfo(folder).AvailableFreeSpace;
        if (free < bytes)
        {
            throw new PackedFileException(path, $"takes {bytes:N0} bytes, and its disk has {free:N0}. --packed-cache names another folder.");
        }
    }
}
