using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace SpecExecNative.TrainPair.Corpus;

/// <summary>
/// The <c>bible</c> command of Debian's packages bible-kjv and bible-kjv-text: the only source of training text.
/// </summary>
internal static class BibleProgram
{
    private const string InstallHint = "install the text with: apt-get install bible-kjv-text bible-kjv";

    /// <summary>SHA-256 of what version 4.38 of the packages prints: the text that the shipped pair has seen.</summary>
    private const string KnownSha256 = "cd45f0c9cedab8e4439bd6486c8952c77cc8b0ecc5d1f6ae3513f2039f47229d";

    /// <summary>All verses from Genesis to Revelation, one a line, each after its reference (<c>Ge1:1 In the ...</c>).</summary>
    /// <exception cref="CorpusException">The program is missing or failed.</exception>
    public static string[] PrintAllVerses()
    {
        // -f switches the pretty-printing OFF: one verse a line. Standard input is closed, or the program would ask for more.
        ProcessStartInfo start = new("bible", ["-f", "Gen1:1-Rev22:21"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.Latin1,
        };
        using Process process = Start(start);
        process.StandardInput.Close();
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0 || text.Length == 0)
        {
            throw new CorpusException(
                $"'bible -f Gen1:1-Rev22:21' ended with code {process.ExitCode} after {text.Length} characters; {InstallHint}");
        }

        WarnIfUnknown(text);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new CorpusException($"the program 'bible' is not installed; {InstallHint}", e);
        }
    }

    private static void WarnIfUnknown(string text)
    {
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.Latin1.GetBytes(text)));
        if (sha256 != KnownSha256)
        {
            Console.Error.WriteLine(
                $"warning: the text (SHA-256 {sha256}) is not the one that the shipped pair was trained on ({KnownSha256})");
        }
    }
}
