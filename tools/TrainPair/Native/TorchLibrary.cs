using System.Runtime.InteropServices;
using SpecExecNative.TrainPair.Storage;

namespace SpecExecNative.TrainPair.Native;

/// <summary>
/// Makes TorchSharp's native library load on systems whose libstdc++ is older than GCC 13's, such as Debian 12's.
/// </summary>
/// <remarks>
/// TorchSharp 0.107.0's libLibTorchSharp.so asks for one symbol that those lack,
/// <c>_ZSt21ios_base_library_initv</c> of version GLIBCXX_3.4.32: GCC 13's hook that sets up std::cout. It is
/// redundant there, because every object built against an older libstdc++ does that set-up itself. The copy in the
/// build's output is changed so that the import names <c>std::chrono::steady_clock::now</c>, which takes no argument
/// and whose result nobody reads. The package's own file is left alone; each build copies it anew. A binary patch is
/// acceptable in a training tool only: nothing that the project ships does this.
/// </remarks>
internal static class TorchLibrary
{
    private const string LibraryName = "libLibTorchSharp.so";
    private const string MissingSymbol = "_ZSt21ios_base_library_initv";
    private const string MissingVersion = "GLIBCXX_3.4.32";
    private const string StandInSymbol = "_ZNSt6chrono3_V212steady_clock3nowEv";
    private const string StandInVersion = "GLIBCXX_3.4.30";

    /// <summary>To be called before the first use of any TorchSharp type.</summary>
    /// <exception cref="NativeLibraryException">The library is missing, or is not one that this change fits.</exception>
    public static void Prepare()
    {
        if (!OperatingSystem.IsLinux() || SystemHasSymbol())
        {
            return;
        }

        string path = Path.Combine(AppContext.BaseDirectory, LibraryName);
        if (!File.Exists(path))
        {
            throw new NativeLibraryException($"{path} is missing; build the trainer with: dotnet build -c Release tools/TrainPair");
        }

        ElfLibrary library = new(File.ReadAllBytes(path));
        if (library.ImportedSymbol(MissingSymbol) is not int missing)
        {
            return; // An earlier run has changed this copy, or a later TorchSharp does without.
        }

        if (library.ImportedSymbol(StandInSymbol) is not int standIn || !library.ReplaceNeededVersion(MissingVersion, StandInVersion))
        {
            throw new NativeLibraryException(
                $"{LibraryName} needs a newer libstdc++ than this system's, and is not the build that the trainer can adapt; "
                + "use a system with GCC 13's libstdc++ or later");
        }

        library.RepointImport(missing, standIn);
        AtomicFile.Write(path, stream => stream.Write(library.Image));
        Console.Error.WriteLine($"adapted {LibraryName} to this system's older libstdc++");
    }

    private static bool SystemHasSymbol()
    {
        return NativeLibrary.TryLoad("libstdc++.so.6", out nint library) && NativeLibrary.TryGetExport(library, MissingSymbol, out _);
    }
}
