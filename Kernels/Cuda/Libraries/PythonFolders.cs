namespace SpecExecNative.Kernels.Cuda.Libraries;

/// <summary>Where pip may have put wheels: virtual environments, the Python on PATH, and the user's own folder. No Python is started.</summary>
internal sealed class PythonFolders(SystemView system)
{
    /// <summary>Folders that hold packages, most specific first.</summary>
    public IEnumerable<string> SitePackages() => Prefixes().Distinct().SelectMany(InPrefix).Concat(OfUser()).Distinct();

    private IEnumerable<string> Prefixes()
    {
        foreach (string variable in (string[])["VIRTUAL_ENV", "CONDA_PREFIX"])
        {
            if (system.Variable(variable) is { } prefix)
            {
                yield return prefix.TrimEnd('/', '\\');
            }
        }

        string python = system.IsWindows ? "python.exe" : "python3";
        foreach (string folder in (system.Variable("PATH") ?? "").Split(system.IsWindows ? ';' : ':', StringSplitOptions.RemoveEmptyEntries))
        {
            string trimmed = folder.TrimEnd('/', '\\');
            if (!system.FileExists(system.Join(trimmed, python)))
            {
                continue;
            }

            // Windows has python.exe in the prefix itself, or in its Scripts; elsewhere it lies in bin.
            int parent = trimmed.LastIndexOfAny(['/', '\\']);
            yield return system.IsWindows && !trimmed.EndsWith("Scripts", StringComparison.OrdinalIgnoreCase) ? trimmed : trimmed[..Math.Max(parent, 0)];
        }
    }

    private IEnumerable<string> InPrefix(string prefix)
    {
        if (system.IsWindows)
        {
            return [system.Join(prefix, "Lib", "site-packages")];
        }

        // Debian's Python looks into dist-packages, pip as root writes below /usr/local.
        string[] roots = prefix == "/usr" ? ["/usr/local/lib", "/usr/lib"] : [system.Join(prefix, "lib")];
        return roots
            .SelectMany(root => system.Directories(root, "python3*"))
            .SelectMany(python => (string[])[system.Join(python, "site-packages"), system.Join(python, "dist-packages")]);
    }

    private IEnumerable<string> OfUser()
    {
        if (system.IsWindows)
        {
            return system.Variable("APPDATA") is { } data
                ? system.Directories(system.Join(data, "Python"), "Python3*").Select(python => system.Join(python, "site-packages"))
                : [];
        }

        return system.Variable("HOME") is { } home
            ? system.Directories(system.Join(home, ".local", "lib"), "python3*").Select(python => system.Join(python, "site-packages"))
            : [];
    }
}
