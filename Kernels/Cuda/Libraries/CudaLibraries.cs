using System.Reflection;
using System.Runtime.InteropServices;
using SpecExecNative.Kernels.Cuda.Interop;
using SpecExecNative.Kernels.Cuda.Libraries;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>NVIDIA's libraries in this process: found and loaded once, at their first use.</summary>
public static class CudaLibraries
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<CudaLibrary, string> ExplicitPaths = [];
    private static readonly Dictionary<CudaLibrary, LibraryLookup> Lookups = [];
    private static bool _isRegistered;

    /// <summary>Insists on a file or folder.</summary>
    /// <exception cref="InvalidOperationException">The library was already looked for.</exception>
    public static void Use(CudaLibrary library, string path)
    {
        lock (Gate)
        {
            if (Lookups.ContainsKey(library))
            {
                throw new InvalidOperationException($"The {library} library was already looked for; name its path before its first use.");
            }

            ExplicitPaths[library] = path;
        }
    }

    /// <summary>Finds and loads a library, or says what was tried in vain.</summary>
    public static LibraryLookup Find(CudaLibrary library)
    {
        int? driverMajor = library == CudaLibrary.Driver ? null : DriverMajor();
        lock (Gate)
        {
            if (!_isRegistered)
            {
                NativeLibrary.SetDllImportResolver(typeof(CudaLibraries).Assembly, Resolve);
                _isRegistered = true;
            }

            if (!Lookups.TryGetValue(library, out LibraryLookup? lookup))
            {
                lookup = Load(library, driverMajor);
                Lookups.Add(library, lookup);
            }

            return lookup;
        }
    }

    private static LibraryLookup Load(CudaLibrary library, int? driverMajor)
    {
        var search = new LibrarySearch(SystemView.Real);
        var attempts = new List<LibraryAttempt>();
        foreach (LibraryCandidate candidate in search.Candidates(library, ExplicitPaths.GetValueOrDefault(library), driverMajor))
        {
            if (library == CudaLibrary.Nvrtc)
            {
                foreach (string builtins in search.Builtins(candidate.Path))
                {
                    // NVRTC says so itself if it misses them.
                    _ = NativeLibrary.TryLoad(builtins, out _);
                }
            }

            try
            {
                nint handle = NativeLibrary.Load(candidate.Path);
                if (!NativeLibrary.TryGetExport(handle, LibraryNames.Mark(library), out _))
                {
                    NativeLibrary.Free(handle);
                    attempts.Add(new LibraryAttempt(candidate, $"another library: it has no {LibraryNames.Mark(library)}"));
                    continue;
                }

                attempts.Add(new LibraryAttempt(candidate, null));
                return new LibraryLookup(library, attempts) { Handle = handle };
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
            {
                attempts.Add(new LibraryAttempt(candidate, FirstLine(e)));
            }
        }

        return new LibraryLookup(library, attempts);
    }

    private static int? DriverMajor()
        => Find(CudaLibrary.Driver).Found is not null && CudaDriver.cuDriverGetVersion(out int version) == CudaResult.Success ? version / 1000 : null;

    private static string FirstLine(Exception e) => e is BadImageFormatException ? "not a library for this processor" : "cannot be loaded";

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name switch
    {
        CudaDriver.Library => Required(CudaLibrary.Driver),
        Nvrtc.Library => Required(CudaLibrary.Nvrtc),
        Cublas.Library => Required(CudaLibrary.Cublas),
        _ => 0, // not ours
    };

    private static nint Required(CudaLibrary library)
    {
        LibraryLookup lookup = Find(library);
        return lookup.Handle != 0 ? lookup.Handle : throw new CudaUnavailableException($"{library} was not found: {lookup.Explanation}.");
    }
}
