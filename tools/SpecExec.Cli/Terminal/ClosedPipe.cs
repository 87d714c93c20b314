namespace SpecExecNative.Cli.Terminal;

/// <summary>The reader of a pipe has gone away (<c>| head</c>): nobody is left to complain to.</summary>
internal static class ClosedPipe
{
    public static bool IsCauseOf(Exception failure)
    {
        const int UnixBrokenPipe = 32;
        const int WindowsBrokenPipe = unchecked((int)0x8007006D);
        const int WindowsNoData = unchecked((int)0x800700E8);
        return failure is IOException { HResult: UnixBrokenPipe or WindowsBrokenPipe or WindowsNoData };
    }

    /// <summary>Writes as much as is read: for a command whose exit code is settled before its words are written.</summary>
    public static void Tolerate(Action write)
    {
        try
        {
            write();
        }
        catch (IOException e) when (IsCauseOf(e))
        {
        }
    }
}
