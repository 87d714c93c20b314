namespace SpecExecNative.Kernels.Cuda.Libraries;

/// <summary>
/// Where a library may lie, most trusted place first: the path somebody named, the toolkit that CUDA_PATH or CUDA_HOME
/// names, the usual toolkit folders, the folders of pip's wheels, and last whatever the system's loader knows.
/// Only folders are looked at; nothing is loaded.
/// </summary>
internal sealed class LibrarySearch(SystemView system)
{
    /// <summary>The variable that names the library's file, or its folder.</summary>
    public static string Variable(CudaLibrary library) => library switch
    {
        CudaLibrary.Driver => "SPECEXEC_CUDA_DRIVER",
        CudaLibrary.Nvrtc => "SPECEXEC_NVRTC",
        _ => "SPECEXEC_CUBLAS",
    };

    /// <summary>Candidates in the order in which they should be tried.</summary>
    /// <param name="library">Which.</param>
    /// <param name="explicitPath">A file or folder that the caller insists on; null: none.</param>
    /// <param name="driverMajor">The driver's CUDA generation, whose libraries come first; null: not known.</param>
    public IReadOnlyList<LibraryCandidate> Candidates(CudaLibrary library, string? explicitPath, int? driverMajor)
    {
        if (explicitPath is not null)
        {
            return Named(library, explicitPath, "named by an option");
        }

        if (system.Variable(Variable(library)) is { } path)
        {
            return Named(library, path, Variable(library));
        }

        IEnumerable<LibraryCandidate> found = library == CudaLibrary.Driver ? [] : InToolkits(library).Concat(InWheels(library));
        return [.. found.Concat(BySystem(library)).DistinctBy(c => c.Path).OrderBy(c => Rank(c.Major, driverMajor))];
    }

    /// <summary>Files that must be loaded before NVRTC: it does not find them itself in a folder the loader does not know.</summary>
    public IReadOnlyList<string> Builtins(string nvrtcPath)
    {
        int end = nvrtcPath.LastIndexOfAny(['/', '\\']);
        return end < 0 ? [] : system.Files(nvrtcPath[..end], LibraryNames.Builtins(system.IsWindows));
    }

    /// <summary>What an older driver cannot take comes last; apart from that the order of the places stands.</summary>
    private static int Rank(int major, int? driverMajor) => driverMajor is { } driver && major > driver ? 1 : 0;

    /// <summary>What somebody names is meant: nothing else is tried.</summary>
    private IReadOnlyList<LibraryCandidate> Named(CudaLibrary library, string path, string origin)
        => system.DirectoryExists(path)
            ? [.. LibraryNames.Of(library, system.IsWindows).Select(name => Candidate(system.Join(path.TrimEnd('/', '\\'), name), origin))]
            : [Candidate(path, origin)];

    private IEnumerable<LibraryCandidate> InToolkits(CudaLibrary library)
    {
        string[] folders = system.IsWindows ? [@"bin\x64", "bin"] : ["lib64", system.IsArm64 ? "targets/sbsa-linux/lib" : "targets/x86_64-linux/lib", "lib"];
        return ToolkitRoots().SelectMany(root => folders.SelectMany(folder => InFolder(library, system.Join(root.Path, folder), root.Origin)));
    }

    private IEnumerable<(string Path, string Origin)> ToolkitRoots()
    {
        foreach (string variable in (string[])["CUDA_PATH", "CUDA_HOME"])
        {
            if (system.Variable(variable) is { } root)
            {
                yield return (root.TrimEnd('/', '\\'), variable);
            }
        }

        string parent = system.IsWindows ? system.Join(system.Variable("ProgramFiles") ?? @"C:\Program Files", "NVIDIA GPU Computing Toolkit", "CUDA") : "/usr/local";
        foreach (string root in system.Directories(parent, system.IsWindows ? "v*" : "cuda*"))
        {
            yield return (root, "CUDA toolkit");
        }
    }

    private IEnumerable<LibraryCandidate> InWheels(CudaLibrary library)
    {
        string twelve = library == CudaLibrary.Nvrtc ? "cuda_nvrtc" : "cublas";
        string[][] folders = system.IsWindows
            ? [["nvidia", "cu13", "bin", "x86_64"], ["nvidia", twelve, "bin"], ["torch", "lib"]]
            : [["nvidia", "cu13", "lib"], ["nvidia", twelve, "lib"]];
        return new PythonFolders(system).SitePackages()
            .SelectMany(site => folders.SelectMany(folder => InFolder(library, system.Join([site, .. folder]), "pip")));
    }

    private IEnumerable<LibraryCandidate> InFolder(CudaLibrary library, string folder, string origin)
        => LibraryNames.Of(library, system.IsWindows)
            .Select(name => system.Join(folder, name))
            .Where(system.FileExists)
            .Select(path => Candidate(path, origin));

    private IEnumerable<LibraryCandidate> BySystem(CudaLibrary library)
    {
        foreach (string name in LibraryNames.Of(library, system.IsWindows))
        {
            yield return Candidate(name, "system");
        }

        const string WindowsSubsystem = "/usr/lib/wsl/lib/libcuda.so.1";
        if (library == CudaLibrary.Driver && !system.IsWindows && system.FileExists(WindowsSubsystem))
        {
            yield return Candidate(WindowsSubsystem, "WSL");
        }
    }

    private static LibraryCandidate Candidate(string path, string origin) => new(path, origin, LibraryNames.MajorOf(path));
}
